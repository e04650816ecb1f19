// For tests: one Chromium profile that two patients use one after the other, and what the second one meets in it.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';
import { patientIndex, recordingItem } from '../../fixtures/domain.ts';
import { recording } from '../../fixtures/recordings.ts';
import type { ClinicUnderTest } from './clinic-under-test.ts';
import { addPast, enrol, markShape, password, type TestPatient } from './patient-under-test.ts';

function chromiumPath(): string | undefined {
  const usual = [process.env.CROSSTALK_CHROMIUM ?? '', '/usr/bin/chromium'].find((file) => existsSync(file));
  return existsSync(chromium.executablePath()) ? undefined : usual;
}

/** `keepsPages`: with the back/forward cache, which Playwright switches off by itself. */
export function launchBrowser(keepsPages = false): Promise<Browser> {
  const executablePath = chromiumPath();
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: ['--use-fake-device-for-media-stream', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : [],
  });
}

let filmedCount = 0;

/** A patient whose one past consultation has a recording that a browser plays. */
export async function enrolFilmed(clinic: ClinicUnderTest): Promise<TestPatient> {
  const patient = await enrol(clinic, 0);
  filmedCount += 1;
  const media = await recording(1, patientIndex(filmedCount), recordingItem(0, 0));
  await addPast(clinic, patient.id, patient.mark, 0, media);
  return patient;
}

/** By the form, as a person does; ends on the list, with its scripts at work. */
export async function signIn(page: Page, clinic: ClinicUnderTest, patient: TestPatient): Promise<void> {
  if (!page.url().startsWith(clinic.url)) await page.goto(`${clinic.url}/`);
  if (!page.url().endsWith('/sign-in')) await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(patient.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Rewatch:' }).waitFor();
  await page.waitForLoadState();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
}

/** The service worker is in charge of this page. */
export async function underWorker(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

const marksIn = (text: string): ReadonlySet<string> => new Set(text.match(markShape));

/** Whose marks can be read on the page by a person. */
export async function marksSeen(page: Page): Promise<ReadonlySet<string>> {
  return marksIn(await page.locator('body').innerText());
}

/** Whose marks lie in the browser's Cache Storage. */
export async function marksKept(page: Page): Promise<ReadonlySet<string>> {
  const kept = await page.evaluate(async () => {
    const texts: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        texts.push(request.url, (await answer?.text()) ?? '');
      }
    }
    return texts.join('\n');
  });
  return marksIn(kept);
}
