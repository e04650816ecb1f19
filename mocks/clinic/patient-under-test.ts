// For tests: a patient who is enrolled, signed in by bearer token, and does what patients do. Every text of theirs holds a mark that
// nobody else's holds, so a foreign byte is one `includes` away.
import type { Ask, ClinicUnderTest, Said } from './clinic-under-test.ts';

export interface ShownConsultation {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly recordings: readonly { id: string; fileName: string; status: string; href: string; thumbnailHref: string }[];
}

export interface TestMessage {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: string;
}

export interface TestPatient {
  readonly id: string;
  readonly number: number;
  readonly accountNumber: number;
  /** In the surname, and in every title, note, file name and recording. */
  readonly mark: string;
  readonly email: string;
  readonly token: string;
  ask(path: string, ask?: Ask): Promise<Said>;
  history(): Promise<readonly ShownConsultation[]>;
  book(title?: string): Promise<string>;
  readonly inboxUrl: string;
  /** The messages in the patient's mailbox, or the status of a refusal. */
  inbox(): Promise<readonly TestMessage[] | number>;
}

export const password = 'a password of tests';
export const markShape = /QZ[A-Z]{2}XV/g;
const marks = 'BCDFGHJKLMNPQRSTVWXZ';
let enrolledCount = 0;

function nextMark(): string {
  enrolledCount += 1;
  const [high, low] = [Math.floor(enrolledCount / 20) % 20, enrolledCount % 20];
  return `QZ${marks[high]}${marks[low]}XV`;
}

export const mediaOf = (mark: string, sizeBytes = 9_000): Uint8Array =>
  Buffer.from(`webm ${mark} `.repeat(Math.ceil(sizeBytes / (mark.length + 6))).slice(0, sizeBytes));

export function bookingOf(mark: string, title = 'Review'): Record<string, unknown> {
  return {
    title: `${title} ${mark}`,
    note: `Note ${mark}`,
    startsAt: '2031-03-01T09:00:00.000Z',
    modality: 'video',
    fileName: `consultation-${mark}.webm`,
  };
}

export async function enrol(clinic: ClinicUnderTest, pastCount = 1, clinicianId?: string): Promise<TestPatient> {
  const mark = nextMark();
  const email = `pat.${mark.toLowerCase()}@example.test`;
  const enrolled = await clinic.admin('/patients', {
    method: 'POST',
    body: {
      givenName: 'Pat',
      surname: mark,
      birthDate: '1980-01-01',
      email,
      telephone: '020 7946 0000',
      nhsNumber: '999 000 0018',
      practiceId: 'p1',
      practiceName: 'Elm Practice',
      clinicianName: 'Dr Ash',
      password,
      ...(clinicianId !== undefined && { clinicianId }),
    },
  });
  if (enrolled.status !== 201) throw new Error(`enrolling answered ${enrolled.status}: ${enrolled.text}`);
  const { id, number, accountNumber, inbox } = JSON.parse(enrolled.text);
  for (let index = 0; index < pastCount; index += 1) await addPast(clinic, id, mark, index);
  const signedIn = await clinic.ask('/auth/sign-in', { method: 'POST', body: { email, password, by: 'bearer' } });
  const { token } = JSON.parse(signedIn.text);
  const ask = (path: string, what: Ask = {}): Promise<Said> =>
    clinic.ask(path, { ...what, headers: { authorization: `Bearer ${token}`, ...what.headers } });
  return {
    id,
    number,
    accountNumber,
    mark,
    email,
    token,
    ask,
    history: async () => JSON.parse((await ask('/me/history')).text).consultations,
    inboxUrl: inbox,
    inbox: () => readInbox(inbox, email, password),
    book: async (title) =>
      JSON.parse((await ask('/me/consultations', { method: 'POST', body: bookingOf(mark, title) })).text).id,
  };
}

export async function readInbox(url: string, email: string, secret: string): Promise<readonly TestMessage[] | number> {
  const authorization = `Basic ${Buffer.from(`${email}:${secret}`).toString('base64')}`;
  const said = await fetch(url, { headers: { authorization } });
  return said.status === 200 ? ((await said.json()) as { messages: TestMessage[] }).messages : said.status;
}

/** Asks for an export, waits until it is made, and fetches it; throws after twenty seconds. */
export async function fetchExport(patient: TestPatient): Promise<Said> {
  const { id } = JSON.parse((await patient.ask('/me/exports', { method: 'POST' })).text);
  for (let round = 0; round < 400; round += 1) {
    const { status } = JSON.parse((await patient.ask(`/me/exports/${id}`)).text);
    if (status === 'ready') return patient.ask(`/me/exports/${id}/content`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the export of ${patient.mark} was not made in time`);
}

export async function addPast(
  clinic: ClinicUnderTest,
  patientId: string,
  mark: string,
  index: number,
  media = mediaOf(mark),
): Promise<void> {
  const startsAt = new Date(Date.UTC(2030, 0, 1 + index)).toISOString();
  const body = { ...bookingOf(mark, `Past ${index}`), startsAt };
  const path = `/patients/${patientId}/consultations`;
  const { id } = JSON.parse((await clinic.admin(path, { method: 'POST', body })).text);
  await clinic.admin(`${path}/${id}/recording`, { method: 'PUT', body: media });
}

/** Books, attends, switches to video if wished, and ends a call; the recordings will be stored soon after. */
export async function holdCall(
  patient: TestPatient,
  switched: boolean,
  media = mediaOf(patient.mark),
): Promise<string> {
  const id = await patient.book('Call');
  const call = async (step: string, body?: Uint8Array): Promise<void> => {
    const said = await patient.ask(`/me/consultations/${id}/${step}`, { method: 'POST', body });
    if (said.status > 299) throw new Error(`${step} answered ${said.status}: ${said.text}`);
  };
  await call('attend');
  if (switched) await call('switch-call', media);
  await call('end-call', media);
  return id;
}

/** The history once all of its recordings are stored; throws after twenty seconds. */
export async function settledHistory(patient: TestPatient): Promise<readonly ShownConsultation[]> {
  for (let round = 0; round < 400; round += 1) {
    const history = await patient.history();
    if (history.every((one) => one.recordings.every((recording) => recording.status === 'ready'))) return history;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the recordings of ${patient.mark} were not stored in time`);
}

/** Signs in anew, by cookie, as a browser would. */
export async function byCookie(clinic: ClinicUnderTest, patient: TestPatient): Promise<TestPatient> {
  const body = { email: patient.email, password, by: 'cookie' };
  const signedIn = await clinic.ask('/auth/sign-in', { method: 'POST', body });
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
  return {
    ...patient,
    ask: (path, what = {}) => clinic.ask(path, { ...what, headers: { cookie, ...what.headers } }),
  };
}

/** Signs in anew, by bearer token: after a failover, say, which ends all sessions. */
export async function byBearer(clinic: ClinicUnderTest, patient: TestPatient): Promise<TestPatient> {
  const body = { email: patient.email, password, by: 'bearer' };
  const signedIn = await clinic.ask('/auth/sign-in', { method: 'POST', body });
  if (signedIn.status !== 200) throw new Error(`signing in answered ${signedIn.status}: ${signedIn.text}`);
  const { token } = JSON.parse(signedIn.text);
  return {
    ...patient,
    token,
    ask: (path, what = {}) =>
      clinic.ask(path, { ...what, headers: { authorization: `Bearer ${token}`, ...what.headers } }),
  };
}
