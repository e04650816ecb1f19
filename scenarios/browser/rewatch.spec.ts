// What a patient's eye meets on the rewatch page: the own recordings play in a real browser, the code in their picture names
// the owner, and nobody else's is there.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from '@playwright/test';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { decodeCanary } from '../../fixtures/canary.ts';
import { patientIndex, recordingItem } from '../../fixtures/domain.ts';
import { person } from '../../fixtures/people.ts';
import { recording } from '../../fixtures/recordings.ts';
import { consultationOf } from '../../fixtures/words.ts';
import { type RunningClinic, startClinic } from '../../harness/cli/clinic-process.ts';

const run = 77;
const seed = 'browser';
const viewer = patientIndex(0);
const other = patientIndex(4);

let clinic: RunningClinic;

test.beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  await prepareZXingModule({
    overrides: { wasmBinary: (await readFile(wasm)).buffer as ArrayBuffer },
    fireImmediately: true,
  });
  clinic = await startClinic({});
  for (const patient of [viewer, other]) await enrol(patient);
});

test.afterAll(() => clinic.stop());

async function enrol(patient: typeof viewer): Promise<void> {
  const admin = async (
    method: string,
    path: string,
    body: BodyInit,
    type = 'application/json',
  ): Promise<{ id: string }> => {
    const headers = { authorization: `Bearer ${clinic.secret}`, 'content-type': type };
    const response = await fetch(clinic.adminUrl + path, { method, headers, body });
    expect(response.ok).toBe(true);
    return response.status === 204 ? { id: '' } : ((await response.json()) as { id: string });
  };
  const { practice, clinician, index: _, ...facts } = person(seed, run, patient);
  const account = { ...facts, practiceId: practice.id, practiceName: practice.name, clinicianName: clinician.name };
  const { id } = await admin('POST', '/patients', JSON.stringify(account));
  for (const item of [0, 1]) {
    const { item: _item, ...consultation } = consultationOf(seed, run, patient, item);
    const made = await admin('POST', `/patients/${id}/consultations`, JSON.stringify(consultation));
    const media = new Blob([await recording(run, patient, recordingItem(item, 0))]);
    await admin('PUT', `/patients/${id}/consultations/${made.id}/recording`, media, 'video/webm');
  }
}

test('the rewatch page plays the own recordings, and only those', async ({ page }) => {
  const { email, password } = person(seed, run, viewer);
  const signedIn = await page.request.post(`${clinic.url}/auth/sign-in`, { data: { email, password, by: 'cookie' } });
  expect(signedIn.status()).toBe(200);
  await page.goto(`${clinic.url}/me/rewatch`);
  const links = page.getByRole('link', { name: 'Play' });
  await expect(links).toHaveCount(2);

  for (const link of await links.all()) {
    await link.click();
    const video = page.getByRole('region', { name: 'Player' }).locator('video');
    await video.evaluate(async (element: HTMLVideoElement) => {
      element.muted = true;
      // The control bar covers the picture until it fades away.
      element.controls = false;
      await element.play();
      await new Promise((resolve) => element.addEventListener('timeupdate', resolve, { once: true }));
      element.pause();
    });
    expect(await video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThanOrEqual(2);
    expect(await video.evaluate((element: HTMLVideoElement) => Math.round(element.duration))).toBe(8);
    const codes = await readBarcodes(new Blob([new Uint8Array(await video.screenshot())]), { formats: ['QRCode'] });
    expect(codes.map(({ text }) => decodeCanary(text)?.owner)).toEqual([viewer]);
  }

  const shown = await page.content();
  expect(shown.toLowerCase()).toContain(consultationOf(seed, run, viewer, 0).fileName.toLowerCase());
  expect(shown.toLowerCase()).not.toContain(consultationOf(seed, run, other, 0).fileName.toLowerCase());
});
