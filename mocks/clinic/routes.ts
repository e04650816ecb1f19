// The app's table of routes: method and template, and who answers.
import { clinicianConsultation, clinicianDay, clinicianRecording } from './clinician-day.ts';
import { viewConsultation } from './consultation-card.ts';
import { attendConsultation, bookConsultation, cancelConsultation, endCall, switchCall } from './consultations.ts';
import { askForExport, exportContent, exportStatus } from './exports.ts';
import { myHistory, patientHistory } from './history.ts';
import { eraseMe, signIn, signOut, whoAmI } from './identity.ts';
import { listenLive } from './live.ts';
import { movePractice } from './moves.ts';
import { homePage, rewatchPage, slots, stylesheet } from './pages.ts';
import { share, stopSharing } from './proxies.ts';
import { recordingContent } from './recordings.ts';
import type { Handler } from './services.ts';

export const routes: ReadonlyMap<string, Handler> = new Map([
  ['GET /', homePage],
  ['GET /assets/clinic.css', stylesheet],
  ['GET /slots', slots],
  ['POST /auth/sign-in', signIn],
  ['POST /auth/sign-out', signOut],
  ['GET /me', whoAmI],
  ['DELETE /me', eraseMe],
  ['GET /me/history', myHistory],
  ['GET /me/rewatch', rewatchPage],
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
]);
