// Exports on the correct clinic: everything of one's own and nothing else, for its patient alone, gone with them.
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import { enrol, fetchExport, holdCall, markShape, mediaOf, settledHistory } from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic.stop());

test('holds all of one’s history, and each recording as it was stored', async () => {
  const patient = await enrol(clinic, 2);
  const called = await holdCall(patient, true);
  await patient.book('Not yet held');
  const history = await settledHistory(patient);
  const said = await fetchExport(patient);
  expect(said.headers['content-type']).toBe('application/zip');
  expect(said.headers['cache-control']).toBe('private, no-store');
  const files = unzipSync(said.bytes);
  const told = JSON.parse(strFromU8(files['history.json'] ?? new Uint8Array()));
  expect(told.patient).toEqual({ id: patient.id, name: `Pat ${patient.mark}` });
  expect(told.consultations.map((one: { id: string }) => one.id)).toEqual(history.map((one) => one.id));
  const recordings = history.flatMap((one) => one.recordings);
  expect(recordings).toHaveLength(4);
  expect(history.find((one) => one.id === called)?.recordings).toHaveLength(2);
  const names = recordings.map(({ id, fileName }) => `${id}-${fileName}`);
  expect(Object.keys(files).sort()).toEqual(['history.json', ...names].sort());
  for (const name of names)
    expect(strFromU8(files[name] ?? new Uint8Array())).toBe(Buffer.from(mediaOf(patient.mark)).toString());
  // Video is stored as it is, so that it can be recognised without unpacking.
  expect(said.text).toContain(Buffer.from(mediaOf(patient.mark)).toString());
});

test('made for many at once, each holds its own patient’s things alone', async () => {
  const patients = await Promise.all(Array.from({ length: 6 }, (_, index) => enrol(clinic, index % 3)));
  const exports = await Promise.all(patients.map(fetchExport));
  for (const [index, said] of exports.entries()) {
    const files = unzipSync(said.bytes);
    const all = Object.entries(files).map(([name, bytes]) => name + strFromU8(bytes));
    expect(new Set(all.join('').match(markShape))).toEqual(new Set([patients[index]?.mark]));
    expect(Object.keys(files)).toHaveLength(1 + (index % 3));
  }
});

test('is for its patient alone, and gone with them', async () => {
  const [patient, other] = [await enrol(clinic), await enrol(clinic)];
  const asked = await patient.ask('/me/exports', { method: 'POST' });
  expect([asked.status, JSON.parse(asked.text).status]).toEqual([202, 'working']);
  const { id } = JSON.parse(asked.text);
  await fetchExport(patient);
  for (const path of [`/me/exports/${id}`, `/me/exports/${id}/content`]) {
    expect((await other.ask(path)).status).toBe(404);
    expect((await clinic.ask(path)).status).toBe(401);
    expect((await patient.ask(path)).status).toBe(200);
  }
  expect((await patient.ask('/me', { method: 'DELETE' })).status).toBe(204);
  expect((await patient.ask(`/me/exports/${id}/content`)).status).toBe(401);
});

test('asked for again and again, only the last few are kept', async () => {
  const patient = await enrol(clinic);
  const ids: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    ids.push(JSON.parse((await patient.ask('/me/exports', { method: 'POST' })).text).id);
    await fetchExport(patient);
  }
  const different = [...new Set(ids)];
  const statuses = await Promise.all(different.map(async (id) => (await patient.ask(`/me/exports/${id}`)).status));
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(4);
  expect(statuses.at(0)).toBe(404);
});
