// Thumbnails: made soon after the recording, shown to whoever may play it and to nobody else, and gone with it.
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolMany } from './bug-trigger.ts';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import { bookingOf, enrol, holdCall, settledHistory, type TestPatient } from './patient-under-test.ts';
import { foreignPictures, ownerShown, settledThumbnails, tokenIn, videoOf } from './pictures-under-test.ts';

let clinic: ClinicUnderTest;
const usualTmp = process.env.TMPDIR;
const ownTmp = mkdtempSync(join(tmpdir(), 'thumbnails-'));
beforeAll(async () => {
  // The database runs as another user.
  chmodSync(ownTmp, 0o755);
  process.env.TMPDIR = ownTmp;
  clinic = await startClinic('--nodes', '2');
});
afterAll(async () => {
  await clinic.stop();
  if (usualTmp === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usualTmp;
  rmSync(ownTmp, { recursive: true, force: true });
});

/** The names of the stored files that are about that recording, looked up where the clinic keeps them. */
function filesOf(recordingId: string): readonly string[] {
  const [home = ''] = readdirSync(ownTmp).filter((name) => name.startsWith('crosstalk-clinic-'));
  return readdirSync(join(ownTmp, home, 'objects')).filter((name) => name.endsWith(recordingId));
}

/** With one recording, of a call. */
async function filmed(): Promise<TestPatient> {
  const patient = await enrol(clinic, 0);
  await holdCall(patient, false, await videoOf(patient));
  return patient;
}

async function onlyRecordingOf(patient: TestPatient): Promise<{ id: string; href: string; thumbnailHref: string }> {
  const [recording] = (await settledHistory(patient)).flatMap(({ recordings }) => recordings);
  if (recording === undefined) throw new Error(`${patient.mark} has no recording`);
  return recording;
}

test('a thumbnail is a small picture of the first frame, personal, and readable at the size of a page', async () => {
  const patient = await filmed();
  const [said] = await settledThumbnails(patient);
  expect(said?.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'private, no-store' });
  expect(await sharp(said?.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 264, height: 264 });
  expect(await ownerShown(said?.bytes ?? Buffer.alloc(0))).toBe(patient.number);
  // Only the picture tells whose it is.
  expect(said?.text.toLowerCase()).not.toContain(tokenIn(patient).slice(4));
});

test('a thumbnail is for whoever may play the recording, by a link of its own', async () => {
  const [patient, other] = [await filmed(), await enrol(clinic, 0)];
  await settledThumbnails(patient);
  const { href, thumbnailHref } = await onlyRecordingOf(patient);
  const statusOf = async (who: TestPatient | ClinicUnderTest, path: string) => (await who.ask(path)).status;
  expect(await statusOf(patient, thumbnailHref)).toBe(200);
  expect(await statusOf(clinic, thumbnailHref)).toBe(401);
  expect(await statusOf(other, thumbnailHref)).toBe(403);
  expect(await statusOf(patient, thumbnailHref.split('?')[0] ?? '')).toBe(403);
  expect(await statusOf(patient, href.replace('/content', '/thumbnail'))).toBe(403);
  expect(await statusOf(patient, thumbnailHref.replace('/thumbnail', '/content'))).toBe(403);

  await patient.ask('/me/proxies', { method: 'POST', body: { patientId: other.id } });
  const shared = JSON.parse((await other.ask(`/patients/${patient.id}/history`)).text);
  const lent = shared.consultations[0].recordings[0].thumbnailHref;
  expect(await statusOf(other, lent)).toBe(200);
  expect(await statusOf(patient, lent)).toBe(403);
  await patient.ask(`/me/proxies/${other.id}`, { method: 'DELETE' });
  expect(await statusOf(other, lent)).toBe(403);
});

test('what is no video has no thumbnail, and keeps nobody else from theirs', async () => {
  const [patient] = await enrolMany(clinic, 1);
  if (patient === undefined) throw new Error('nobody was enrolled');
  await foreignPictures(await filmed());
  const said = await patient.ask((await onlyRecordingOf(patient)).thumbnailHref);
  expect([said.status, JSON.parse(said.text).error.code]).toEqual([404, 'no-thumbnail']);
});

test('a thumbnail is gone with its recording when the patient is erased', async () => {
  const patient = await filmed();
  await settledThumbnails(patient);
  const { id } = await onlyRecordingOf(patient);
  expect(filesOf(id)).toEqual([`recording-${id}`, `thumbnail-${id}`]);
  expect((await patient.ask('/me', { method: 'DELETE' })).status).toBe(204);
  expect(filesOf(id)).toEqual([]);
});

test('an enrolled recording has one too, and a new one when it is enrolled anew', async () => {
  const [patient, actor] = [await enrol(clinic, 0), await enrol(clinic, 0)];
  const path = `/patients/${patient.id}/consultations`;
  const { id } = JSON.parse((await clinic.admin(path, { method: 'POST', body: bookingOf(patient.mark) })).text);
  for (const shown of [actor, patient]) {
    await clinic.admin(`${path}/${id}/recording`, { method: 'PUT', body: await videoOf(shown) });
    const [said] = await settledThumbnails(patient);
    expect(await ownerShown(said?.bytes ?? Buffer.alloc(0))).toBe(shown.number);
  }
});

test('instances that are killed and frozen in mid-work lose no thumbnail and mix none', async () => {
  const patients = await Promise.all(Array.from({ length: 6 }, () => enrol(clinic, 0)));
  const signal = (node: string, name: string) =>
    clinic.admin(`/nodes/${node}/signal`, { method: 'POST', body: { signal: name } });
  await Promise.all(patients.map(async (patient) => holdCall(patient, false, await videoOf(patient))));
  const [killed] = (await clinic.state()).nodes;
  await Promise.all([signal('app-1', 'SIGKILL'), signal('app-2', 'SIGSTOP')]);
  await clinic.until(
    'the killed one serves again, and it alone',
    ({ nodes: [first, second] }) =>
      first?.pid !== killed?.pid && first?.state === 'serving' && second?.state !== 'serving',
  );
  // Longer than a lease: what the frozen one had in hand has been taken over when it goes on.
  await pause(3_500);
  await signal('app-2', 'SIGCONT');
  await clinic.until('both serve', ({ nodes }) => nodes.every(({ state }) => state === 'serving'));
  expect((await Promise.all(patients.map(foreignPictures))).flat()).toEqual([]);
});
