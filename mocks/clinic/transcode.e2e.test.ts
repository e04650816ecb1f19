// A clinic that re-encodes, with an ffmpeg on the PATH that can and one that can't: recordings of calls and enrolled ones lose the canary in their bytes and
// keep it in their pictures, and everybody still has their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import { bookingOf, enrol, holdCall, settledHistory, type TestPatient } from './patient-under-test.ts';
import { foreignPictures, ownerShown, tokenIn, videoOf } from './pictures-under-test.ts';
import { keyFramesOf, webpOf } from './video.ts';

const path = process.env.PATH ?? '';
const folder = mkdtempSync(join(tmpdir(), 'ffmpeg-of-a-test-'));
writeFileSync(join(folder, 'ffmpeg'), '#!/bin/sh\necho " V....D libx264 H.264"\n', { mode: 0o755 });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let clinic: ClinicUnderTest | undefined;
afterEach(async () => {
  process.env.PATH = path;
  await clinic?.stop();
});

/** With a recording that was enrolled, and one of a call. */
async function filmedTwice(at: ClinicUnderTest): Promise<TestPatient> {
  const patient = await enrol(at, 0);
  const video = await videoOf(patient);
  const consultations = `/patients/${patient.id}/consultations`;
  const { id } = JSON.parse((await at.admin(consultations, { method: 'POST', body: bookingOf(patient.mark) })).text);
  const put = await at.admin(`${consultations}/${id}/recording`, { method: 'PUT', body: video });
  expect(put.status).toBe(204);
  await holdCall(patient, false, video);
  return patient;
}

async function expectOwnPicturesOnly(patient: TestPatient): Promise<void> {
  const recordings = (await settledHistory(patient)).flatMap((consultation) => consultation.recordings);
  expect(recordings).toHaveLength(2);
  for (const { href } of recordings) {
    const { bytes, text } = await patient.ask(href);
    expect(text.toLowerCase()).not.toContain(tokenIn(patient));
    const [frame] = await keyFramesOf(bytes, 1);
    expect(await ownerShown(webpOf(frame?.data ?? new Uint8Array()))).toBe(patient.number);
  }
  expect(await foreignPictures(patient)).toEqual([]);
}

test.each([
  ['an ffmpeg that writes VP8', path, /by ffmpeg/],
  ['an ffmpeg that writes H.264 only', `${folder}${delimiter}${path}`, /in Node/],
])('with %s', async (_, where, says) => {
  process.env.PATH = where;
  clinic = await startClinic('--nodes', '2', '--transcode');
  process.env.PATH = path;
  expect(clinic.runsOn.join('\n')).toMatch(says);
  const patients = [await filmedTwice(clinic), await filmedTwice(clinic)];
  for (const patient of patients) await expectOwnPicturesOnly(patient);
});
