// How people and their past are made on a FHIR R4 server: by an administrator, or by the patients' own hands. FHIR knows no passwords, so how a
// patient comes to be able to sign in is the deployment's to say.
import type { Consultation, Patient } from '../../fixtures/domain.ts';
import { authorized } from '../logins/authorized.ts';
import { encounterOf, type MediaType, patientOf, recordingOf } from './fhir-resources.ts';
import { type Ask, create, made, pageOf, remove, search, upload, videosOf } from './fhir-talk.ts';
import { type Account, AdapterError, type Enrolment, type Http, type OwnEnrolment } from './target.ts';

export interface FhirPlace {
  /** Path of the service's base, such as `/fhir`. */
  readonly base: string;
  readonly media: MediaType;
}

/** Accounts with which the patients sign in. Their `patient` is filled in: the resource's id. */
export interface FhirAccounts {
  create(admin: Http, patient: Patient, patientId: string): Promise<Account>;
  /** Already gone is success. */
  remove(admin: Http, account: Account): Promise<void>;
}

const pagesMax = 40;

export async function seedConsultation(
  ask: Ask,
  { base, media: type }: FhirPlace,
  patientId: string,
  consultation: Consultation,
  media: Uint8Array<ArrayBuffer> | null,
): Promise<void> {
  const past = encounterOf(patientId, consultation, { status: 'finished' });
  const encounterId = made(await create(ask, base, past), 'making an Encounter');
  if (media === null) return;
  const binaryId = made(await upload(ask, base, patientId, media), 'storing a Binary');
  made(
    await create(ask, base, recordingOf(type, patientId, consultation, { binaryId, encounterId })),
    `making a ${type}`,
  );
}

/** Recordings first, with their bytes, for nothing else tells where those are; the patient is left. */
export async function removeAll(ask: Ask, { base }: FhirPlace, patientId: string): Promise<void> {
  for (const type of ['DocumentReference', 'Media', 'Encounter', 'Appointment']) {
    for (let page = 1; page <= pagesMax; page++) {
      const response = await search(ask, base, type, `patient=${encodeURIComponent(`Patient/${patientId}`)}&_count=50`);
      // A server need not know each of them.
      if (response.status === 404 || response.status === 400 || response.status === 403) break;
      const found = pageOf(response);
      for (const url of videosOf(base, found)) {
        const id = /\/Binary\/([A-Za-z0-9.-]{1,64})$/.exec(url)?.[1];
        if (id !== undefined) await remove(ask, base, 'Binary', id);
      }
      for (const { resourceType, id } of found.resources)
        if (id !== undefined) await remove(ask, base, resourceType, id);
      if (found.next === null || found.resources.length === 0) break;
      if (page === pagesMax) throw new AdapterError(`${type} of Patient/${patientId} goes on after ${pagesMax} pages`);
    }
  }
}

export const byAdministrator = (place: FhirPlace, accounts: FhirAccounts): Enrolment => ({
  async enrol(admin, patient) {
    const ask: Ask = (request) => admin.request(request);
    const id = made(await create(ask, place.base, patientOf(patient)), 'making a Patient');
    return { ...(await accounts.create(admin, patient, id)), patient: id };
  },
  addConsultation: (admin, { patient = '' }, consultation, media) =>
    seedConsultation((request) => admin.request(request), place, patient, consultation, media),
  async unenrol(admin, account) {
    const { patient = '' } = account;
    const ask: Ask = (request) => admin.request(request);
    await removeAll(ask, place, patient);
    await remove(ask, place.base, 'Patient', patient);
    await accounts.remove(admin, account);
  },
});

/** For accounts that exist already: each patient writes their own past, with a scope that lets them, and removes it again. */
export const byPatients = (place: FhirPlace): OwnEnrolment => ({
  by: 'patients',
  addConsultation: (session, consultation, media) =>
    seedConsultation(
      (request) => authorized(session, request),
      place,
      session.account.patient ?? '',
      consultation,
      media,
    ),
  remove: (session) => removeAll((request) => authorized(session, request), place, session.account.patient ?? ''),
});
