// The app's table of routes: method and template, and who answers.
import { clinicianConsultation, clinicianDay, clinicianRecording } from './clinician-day.ts';
import { viewConsultation } from './consultation-card.ts';
import { attendConsultation, bookConsultation, cancelConsultation, endCall, switchCall } from './consultations.ts';
import { askForExport, exportContent, exportStatus } from './exports.ts';
import { myHistory, patientHistory } from './history.ts';
import { eraseMe, signIn, signOut, whoAmI } from './identity.ts';
import { listenLive } from './live.ts';
import { movePractice } from './moves.ts';
import { openapi } from './openapi.ts';
import { accountPage, erasePage, takeErasure, takeExport } from './pages/account.ts';
import { assetRoutes } from './pages/assets.ts';
import { bookPage, takeBooking } from './pages/book.ts';
import { homePage, offlinePage } from './pages/public-pages.ts';
import { recordingPage, rewatchPage, sharedRewatchPage } from './pages/rewatch.ts';
import { sharingPage, takeShare, takeStop } from './pages/sharing.ts';
import { signInPage, takeSignIn, takeSignOut } from './pages/sign-in.ts';
import { takeVisitStep, visitPage } from './pages/visit.ts';
import { share, stopSharing } from './proxies.ts';
import { recordingContent } from './recordings.ts';
import type { Handler } from './services.ts';
import { slots } from './slots.ts';
import { recordingThumbnail } from './thumbnails.ts';

/** What programs ask for, as `openapi.json` says. */
export const apiRoutes: readonly (readonly [string, Handler])[] = [
  ['GET /openapi.json', openapi],
  ['GET /slots', slots],
  ['POST /auth/sign-in', signIn],
  ['POST /auth/sign-out', signOut],
  ['GET /me', whoAmI],
  ['DELETE /me', eraseMe],
  ['GET /me/history', myHistory],
  ['GET /me/live', listenLive],
  ['POST /me/exports', askForExport],
  ['GET /me/exports/{id}', exportStatus],
  ['GET /me/exports/{id}/content', exportContent],
  ['POST /me/consultations', bookConsultation],
  ['GET /me/consultations/{id}', viewConsultation],
  ['DELETE /me/consultations/{id}', cancelConsultation],
  ['POST /me/consultations/{id}/attend', attendConsultation],
  ['POST /me/consultations/{id}/switch-call', switchCall],
  ['POST /me/consultations/{id}/end-call', endCall],
  ['POST /me/proxies', share],
  ['DELETE /me/proxies/{id}', stopSharing],
  ['PUT /me/practice', movePractice],
  ['GET /patients/{id}/history', patientHistory],
  ['GET /clinician/day', clinicianDay],
  ['GET /clinician/consultations/{id}', clinicianConsultation],
  ['GET /clinician/recordings/{id}/content', clinicianRecording],
  ['GET /recordings/{id}/content', recordingContent],
  ['GET /recordings/{id}/thumbnail', recordingThumbnail],
];

const webApp: readonly (readonly [string, Handler])[] = [
  ['GET /', homePage],
  ['GET /offline', offlinePage],
  ...assetRoutes,
  ['GET /sign-in', signInPage],
  ['POST /sign-in', takeSignIn],
  ['POST /sign-out', takeSignOut],
  ['GET /me/rewatch', rewatchPage],
  ['GET /me/rewatch/recordings/{id}', recordingPage],
  ['GET /patients/{id}/rewatch', sharedRewatchPage],
  ['GET /me/book', bookPage],
  ['POST /me/book', takeBooking],
  ['GET /me/consultations/{id}/visit', visitPage],
  ['POST /me/consultations/{id}/visit', takeVisitStep],
  ['GET /me/sharing', sharingPage],
  ['POST /me/sharing', takeShare],
  ['POST /me/sharing/{id}/stop', takeStop],
  ['GET /me/account', accountPage],
  ['POST /me/account/export', takeExport],
  ['GET /me/account/erase', erasePage],
  ['POST /me/account/erase', takeErasure],
];

export const routes: ReadonlyMap<string, Handler> = new Map([...apiRoutes, ...webApp]);
