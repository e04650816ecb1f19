// The clinic's own record: each answer that left it, and whose everything is, also after what a failover lost and an erasure removed.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnswerLine, MailLine } from './access-log.ts';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import {
  bookingOf,
  byBearer,
  enrol,
  holdCall,
  mediaOf,
  settledHistory,
  type TestPatient,
} from './patient-under-test.ts';
import type { TruthLine } from './truth.ts';

let clinic: ClinicUnderTest;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstalk-log-'));
  clinic = await startClinic('--nodes', '1', '--access-log', join(folder, 'access.log'));
});
afterAll(async () => {
  await clinic?.stop();
  await rm(folder, { recursive: true });
});

const linesOf = <Line>(text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const lines = async () => linesOf<AnswerLine | MailLine>(await readFile(join(folder, 'access.log'), 'utf8'));
const log = async () => (await lines()).filter((line) => line.kind === 'answer');
const truth = async () => linesOf<TruthLine>((await clinic.admin('/truth')).text);
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('each answer has a line, with its ids, and the truth knows whose they are', async () => {
  const patient = await enrol(clinic);
  const said = await patient.ask('/me/history?limit=2');
  const line = (await log()).find(({ requestId }) => requestId === said.headers['x-request-id']);
  expect(line).toMatchObject({
    kind: 'answer',
    method: 'GET',
    path: '/me/history',
    status: 200,
    bytes: said.text.length,
    sha256: sha256(said.text),
    node: 'app-1',
    cache: 'bypass',
    served: null,
    whole: true,
  });
  const owners = new Map((await truth()).map(({ id, patientId }) => [id, patientId]));
  const [consultation] = await patient.history();
  const expected = [patient.id, consultation?.id, consultation?.recordings[0]?.id];
  expect(line?.uuids).toEqual(expect.arrayContaining(expected));
  expect(expected.map((id) => owners.get(id ?? ''))).toEqual(expected.map(() => patient.id));
});

test('media name the stored file that they came from, a part of it too, and nobody is told', async () => {
  const patient = await enrol(clinic, 0);
  await holdCall(patient, false);
  const [consultation] = await settledHistory(patient);
  const href = consultation?.recordings[0]?.href ?? '';
  const headers = { range: 'bytes=0-99', 'x-clinic-asks-served': '1' };
  const said = await patient.ask(href, { headers });
  expect([said.status, said.headers['x-clinic-served']]).toEqual([206, undefined]);
  const line = (await log()).find(({ requestId }) => requestId === said.headers['x-request-id']);
  const whole = sha256(mediaOf(patient.mark));
  expect(line).toMatchObject({ bytes: 100, sha256: sha256(said.text), served: whole, path: href.split('?')[0] });
  const media = (await truth()).filter(({ kind, id }) => kind === 'media' && id === whole);
  expect(media.map(({ patientId, email }) => [patientId, email])).toEqual([[patient.id, patient.email]]);
});

test('a hit is told from a miss; nobody is told where media came from by a clinic without a log', async () => {
  const askTwice = async (path: string): Promise<readonly unknown[]> => {
    const both = [await clinic.ask(path), await clinic.ask(path)];
    const all = await log();
    return both.map(({ headers }) => all.find(({ requestId }) => requestId === headers['x-request-id'])?.cache);
  };
  // It is kept for two seconds only.
  let round = 0;
  await expect.poll(() => askTwice(`/slots?modality=log${round++}`)).toEqual(['miss', 'hit']);
});

test('an answer that was cut is told from a whole one', async () => {
  const patient = await enrol(clinic, 0);
  const leave = new AbortController();
  await patient.ask('/me/live?forMs=3000', { signal: leave.signal, onPiece: () => leave.abort() }).catch(() => {});
  await expect
    .poll(async () => (await log()).filter(({ path }) => path === '/me/live').map(({ whole }) => whole))
    .toEqual([false]);
  const line = (await log()).find(({ path }) => path === '/me/live');
  expect(line?.uuids).toContain(patient.id);
});

test('a notice that the mail provider took has a line, with its addressee and the ids in it', async () => {
  const patient = await enrol(clinic, 0);
  const id = await patient.book('Mailed');
  await expect
    .poll(async () => (await lines()).filter((line) => line.kind === 'mail' && line.to === patient.email))
    .toEqual([expect.objectContaining({ kind: 'mail', uuids: expect.arrayContaining([id]), members: [] })]);
});

/** The first statements after a failover may meet connections that it broke. */
async function bookAnyhow(patient: TestPatient): Promise<string> {
  for (let round = 0; round < 20; round += 1) {
    const body = bookingOf(patient.mark, 'Later');
    const said = await patient.ask('/me/consultations', { method: 'POST', body });
    if (said.status === 201) return JSON.parse(said.text).id;
  }
  throw new Error('nothing can be booked after the failover');
}

test('what a failover lost and an erasure removed is still known', async () => {
  const patient = await enrol(clinic);
  await clinic.admin('/database/failover', { method: 'POST', body: { lagMs: 6_000 } });
  const lost = await patient.book('Lost');
  await clinic.until('the copy serves', ({ database }) => database.failoverCount === 1);
  const again = await byBearer(clinic, patient);
  const later = await bookAnyhow(again);
  await again.ask('/me', { method: 'DELETE' });
  const owners = new Map((await truth()).map(({ id, patientId }) => [id, patientId]));
  expect([lost, later].map((id) => owners.get(id))).toEqual([patient.id, patient.id]);
});
