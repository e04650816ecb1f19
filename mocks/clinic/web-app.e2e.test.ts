// The web app on the correct clinic, as a person uses it: with script, without, and by the keyboard alone.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, expect as baseExpect, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { patientIndex, recordingItem } from '../../fixtures/domain.ts';
import { recording } from '../../fixtures/recordings.ts';
import { enrolFilmed, launchBrowser, marksSeen, signIn, signOut, underWorker } from './browser-under-test.ts';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import { password, type TestPatient } from './patient-under-test.ts';

/** Playwright's own 5 s are for a quiet machine. */
const expectPage = baseExpect.configure({ timeout: 20_000 });

let clinic: ClinicUnderTest;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let patient: TestPatient;

beforeAll(async () => {
  clinic = await startClinic();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await clinic.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  patient = await enrolFilmed(clinic);
});
afterEach(() => context.close());

const main = (name: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });
const player = () => page.getByRole('region', { name: 'Player' });

async function book(title: string): Promise<void> {
  await main('Book').click();
  await page.getByRole('group', { name: 'When' }).getByRole('radio').nth(2).check();
  await page.getByRole('group', { name: 'How' }).getByLabel('Phone').check();
  await page.getByLabel('What is it about?').fill(title);
  await page.getByLabel('Note for the clinician').fill(`Note ${patient.mark}`);
  await page.getByRole('button', { name: 'Book', exact: true }).click();
  await expectPage(page.getByRole('heading', { name: title })).toBeVisible();
}

test('a call is booked, held with a switch to video, stored, told of and listed', async () => {
  await signIn(page, clinic, patient);
  const title = `Knee ${patient.mark}`;
  await book(title);
  expect(page.url()).toMatch(/\/me\/consultations\/[\w-]{36}\/visit$/);
  const notifications = page.getByRole('status', { name: 'Notifications' });
  await expectPage(notifications).toContainText(`Booked: ${title}`);
  await page.getByRole('button', { name: 'Join' }).click();
  for (const [step, button] of [
    [0, 'Switch to video'],
    [1, 'End call'],
  ] as const) {
    await expectPage(page.getByRole('button', { name: button })).toBeEnabled();
    const buffer = Buffer.from(await recording(1, patientIndex(90), recordingItem(0, step)));
    await page
      .getByLabel('Recording of this part')
      .setInputFiles({ name: 'part.webm', mimeType: 'video/webm', buffer });
    await page.getByRole('button', { name: button }).click();
    await expectPage(page.getByRole('button', { name: button })).toHaveCount(0);
  }
  await expectPage(notifications).toContainText(`Recording ready: ${title}`);
  const article = page.getByRole('article', { name: title });
  // Told of the first part, perhaps: the second may still be on its way.
  await expectPage(async () => {
    await main('Rewatch').click();
    const links = article.getByRole('link', { name: `Play Knee-${patient.mark}.webm` });
    await expectPage(links).toHaveCount(2, { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expectPage(article.getByRole('img', { name: `First picture of Knee-${patient.mark}.webm` })).toHaveCount(2);
});

test('without a file a call has what the camera recorded, and without either it asks for one', async () => {
  await context.grantPermissions(['camera', 'microphone']);
  await signIn(page, clinic, patient);
  await book(`Camera ${patient.mark}`);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: 'End call' }).click();
  const state = page.getByRole('main').getByRole('status');
  await expectPage(state).toHaveText('Choose the recording of this part first.');
  await page.getByRole('button', { name: 'Record with this camera' }).click();
  await expectPage(state).toHaveText('This camera is recording.');
  await page.getByRole('button', { name: 'End call' }).click();
  await expectPage(page.getByRole('status', { name: 'Notifications' })).toContainText('Recording ready:');
});

test('what a camera records is nobody’s once its patient has signed out, however late it starts', async () => {
  await context.grantPermissions(['camera', 'microphone']);
  const other = await enrolFilmed(clinic);
  // The camera of this device is slow to start: it does so when it is told to.
  await context.addInitScript(() => {
    const { mediaDevices } = navigator;
    const get = mediaDevices.getUserMedia.bind(mediaDevices);
    const go = new Promise((resolve) => addEventListener('camera-goes', resolve, { once: true }));
    mediaDevices.getUserMedia = (wanted) =>
      go.then(() => get(wanted)).then((stream) => Object.assign(window, { stream }).stream);
  });
  await signIn(page, clinic, patient);
  await book(`Camera ${patient.mark}`);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: 'Record with this camera' }).click();
  await signOut(page);
  await signIn(page, clinic, other);
  await book(`Other ${other.mark}`);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.evaluate(() => dispatchEvent(new Event('camera-goes')));
  await expectPage
    .poll(() =>
      page.evaluate(() => {
        const { stream } = window as unknown as { stream?: MediaStream };
        return stream?.getTracks().map(({ readyState }) => readyState);
      }),
    )
    .toEqual(['ended', 'ended']);
  await page.getByRole('button', { name: 'End call' }).click();
  await expectPage(page.getByRole('main').getByRole('status')).toHaveText('Choose the recording of this part first.');
});

test('a booking that is sent twice is one, and can be cancelled', async () => {
  await signIn(page, clinic, patient);
  await main('Book').click();
  await page.getByLabel('What is it about?').fill(`Twice ${patient.mark}`);
  await page.getByLabel('Note for the clinician').fill('Once');
  const visits = await page.evaluate(async () => {
    const form = document.querySelector<HTMLFormElement>('main form');
    if (form === null) return [];
    const send = async () => {
      const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      return (await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/html' } })).url;
    };
    return [await send(), await send()];
  });
  expect(visits[0]).toMatch(/\/visit$/);
  expect(visits[1]).toBe(visits[0]);
  await page.goto(visits[0] ?? '');
  await page.getByRole('button', { name: 'Cancel this consultation' }).click();
  await expectPage(page.getByRole('heading', { name: 'Rewatch:' })).toBeVisible();
  await expectPage(page.getByRole('article')).toHaveCount(1);
});

test('what plays goes on from page to page, and is emptied when its patient signs out', async () => {
  await signIn(page, clinic, patient);
  await page.getByRole('link', { name: 'Play' }).click();
  const video = player().locator('video');
  const timeNow = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
  await expectPage.poll(timeNow).toBeGreaterThan(0.2);
  // It lasts eight seconds, and is to last for all of this.
  await video.evaluate((element: HTMLVideoElement) => {
    element.playbackRate = 0.25;
  });
  await main('Sharing').click();
  await expectPage(page.getByRole('heading', { name: 'Sharing' })).toBeVisible();
  const before = await timeNow();
  await expectPage.poll(timeNow).toBeGreaterThan(before + 0.2);
  await signOut(page);
  await expectPage(player()).toBeHidden();
  const facts = await page
    .locator('video')
    .evaluate((element: HTMLVideoElement) => [element.getAttribute('src'), element.readyState, element.currentSrc]);
  expect(facts.slice(0, 2)).toEqual([null, 0]);
  expect([...(await marksSeen(page))]).toEqual([]);
});

test('a history is shared with a proxy by e-mail, read, and shared no longer', async () => {
  const proxy = await enrolFilmed(clinic);
  await signIn(page, clinic, patient);
  await main('Sharing').click();
  await page.getByLabel('Share with (e-mail)').fill(proxy.email);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const stop = page.getByRole('button', { name: `Stop sharing with Pat ${proxy.mark}` });
  await expectPage(stop).toBeVisible();

  const other = await (await browser.newContext()).newPage();
  await signIn(other, clinic, proxy);
  await other.getByRole('link', { name: 'Sharing' }).click();
  await other.getByRole('link', { name: `Pat ${patient.mark}` }).click();
  await expectPage(other.getByRole('heading', { name: `Rewatch: Pat ${patient.mark}` })).toBeVisible();
  const shared = await other.getByRole('link', { name: 'Play' }).getAttribute('href');
  await other.goto(clinic.url + shared);
  await expectPage(other.locator('video')).toHaveCount(1);

  await stop.click();
  await expectPage(stop).toHaveCount(0);
  const refused = await other.goto(`${clinic.url}/patients/${patient.id}/rewatch`);
  expect([refused?.status(), (await other.goto(clinic.url + shared))?.status()]).toEqual([403, 403]);
  await other.context().close();
});

test('the account says who one is, makes an export, and erases everything after asking', async () => {
  await signIn(page, clinic, patient);
  await main('Account').click();
  for (const fact of [`Pat ${patient.mark}`, patient.email, '999 000 0018', 'Elm Practice'])
    await expectPage(page.getByRole('main')).toContainText(fact);
  await page.getByRole('button', { name: 'Prepare my export' }).click();
  const link = page.getByRole('link', { name: 'Download my export' });
  await expectPage(async () => {
    await main('Account').click();
    await expectPage(link).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(await readFile(await download.path())).toSatisfy((zip: Buffer) => zip.includes(patient.mark));
  await page.getByRole('button', { name: 'Erase everything' }).click();
  await page.getByRole('button', { name: 'Yes, erase everything' }).click();
  await expectPage(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  expect((await patient.ask('/me')).status).toBe(401);
});

test('a form that is on its way is not taken back by a link that is followed meanwhile', async () => {
  await signIn(page, clinic, patient);
  await main('Account').click();
  let shown = (): void => {};
  const another = new Promise<void>((resolve) => {
    shown = resolve;
  });
  await page.route('**/me/account/export', async (route) => {
    await another;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Prepare my export' }).click();
  await main('Sharing').click();
  await expectPage(page.getByRole('heading', { name: 'Sharing' })).toBeVisible();
  const isAnswer = (method: string) =>
    page.waitForResponse((response) => response.request().method() === method && response.url().includes('/account'));
  const answers = Promise.all([isAnswer('POST'), isAnswer('GET')]);
  shown();
  const [sent, after] = await answers;
  expect([sent.status(), await after.finished()]).toEqual([303, null]);
  // Its answer is not shown: another page was asked for after it.
  await page.waitForTimeout(300);
  await expectPage(page.getByRole('heading', { name: 'Sharing' })).toBeVisible();
});

test.each([false, true])(
  'who signs out is shown that page, however slow its answer, a link followed meanwhile: %s',
  async (follows) => {
    await signIn(page, clinic, patient);
    let answer = (): void => {};
    const told = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/sign-out', async (route) => {
      const response = await route.fetch();
      await told;
      await route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Sign out' }).click();
    if (follows) await main('Sharing').click();
    // Long after the cookie of the session has gone.
    await page.waitForTimeout(1_000);
    answer();
    await expectPage(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
    await expectPage(page.getByRole('heading', { name: 'Reference clinic' })).toBeVisible();
    expect([...(await marksSeen(page))]).toEqual([]);
  },
);

test('without script one signs in, books, looks back, plays, shares and signs out', async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false });
  page = await plain.newPage();
  await page.goto(`${clinic.url}/sign-in`);
  await page.getByLabel('E-mail').fill(patient.email);
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expectPage(page.getByRole('alert')).toContainText('No patient has this');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await book(`Plain ${patient.mark}`);
  await main('Rewatch').click();
  await page.getByRole('link', { name: 'Play' }).click();
  await expectPage(page.locator('video[controls]')).toHaveCount(1);
  await main('Sharing').click();
  await expectPage(page.getByLabel('Share with (e-mail)')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expectPage(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  expect((await page.goto(`${clinic.url}/me/rewatch`))?.status()).toBe(401);
  expect([...(await marksSeen(page))]).toEqual([]);
  await plain.close();
});

/** Presses Tab until what has the focus is called so. */
async function tabTo(name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return element?.labels?.[0]?.textContent ?? element?.textContent ?? '';
    });
    if (focused.trim().startsWith(name)) return;
  }
  throw new Error(`Tab never came to "${name}"`);
}

test('the keyboard is enough', async () => {
  const press = (key: string) => page.keyboard.press(key);
  await page.goto(`${clinic.url}/`);
  await tabTo('Sign in');
  await press('Enter');
  await expectPage(page.getByRole('heading', { name: 'Sign in' })).toBeFocused();
  await tabTo('E-mail');
  await page.keyboard.type(patient.email);
  await tabTo('Password');
  await page.keyboard.type(password);
  await press('Enter');
  await expectPage(page.getByRole('heading', { name: 'Rewatch:' })).toBeFocused();
  await tabTo('Book');
  await press('Enter');
  await expectPage(page.getByRole('heading', { name: 'Book a consultation' })).toBeFocused();
  await tabTo('What is it about?');
  await page.keyboard.type(`Keys ${patient.mark}`);
  await tabTo('Note for the clinician');
  await page.keyboard.type('By keyboard');
  await tabTo('Book');
  await press('Space');
  await expectPage(page.getByRole('heading', { name: `Keys ${patient.mark}` })).toBeFocused();
  await tabTo('Rewatch');
  await press('Enter');
  await expectPage(page.getByRole('heading', { name: 'Rewatch:' })).toBeFocused();
  await tabTo('Play');
  await press('Enter');
  const video = player().locator('video');
  await expectPage(video).toBeFocused();
  await expectPage.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(0);
  await tabTo('Sign out');
  await press('Space');
  await expectPage(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  expect([...(await marksSeen(page))]).toEqual([]);
});

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

test('no page is hard to use, by the rules that a program can check', async () => {
  // The checker is a script that the pages' own policy would not let in.
  const bare = await browser.newContext({ bypassCSP: true });
  page = await bare.newPage();
  await signIn(page, clinic, patient);
  await page.getByRole('link', { name: 'Play' }).click();
  await book(`Checked ${patient.mark}`);
  const visit = new URL(page.url()).pathname;
  const [{ recordings } = { recordings: [] }] = (await patient.history()).filter((one) => one.recordings.length > 0);
  const paths = ['/me/rewatch', '/me/book', visit, `/me/rewatch/recordings/${recordings[0]?.id}`, '/me/sharing'];
  for (const path of [...paths, '/me/account', '/me/account/erase', '/', '/sign-in', '/offline']) {
    await page.goto(clinic.url + path);
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes[0]?.html}`);
    });
    expect([path, ...found]).toEqual([path]);
  }
  await bare.close();
});

test('whoever signs in as another is another in every tab, and on the server', async () => {
  const other = await enrolFilmed(clinic);
  await signIn(page, clinic, patient);
  const tab = await context.newPage();
  await tab.goto(`${clinic.url}/me/account`);
  const [former] = (await context.cookies()).filter(({ name }) => name === 'sid');
  await page.goto(`${clinic.url}/sign-in`);
  await signIn(page, clinic, other);
  await expectPage(tab.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect([[...(await marksSeen(tab))], [...(await marksSeen(page))]]).toEqual([[], [other.mark]]);
  const stale = await clinic.ask('/me', { headers: { cookie: `sid=${former?.value}` } });
  expect(stale.status).toBe(401);
});

test('a page is dropped that finds itself in another’s session by what the clinic tells it', async () => {
  const other = await enrolFilmed(clinic);
  await signIn(page, clinic, patient);
  const data = { email: other.email, password, by: 'cookie' };
  expect((await context.request.post(`${clinic.url}/auth/sign-in`, { data })).status()).toBe(200);
  await expectPage(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect([...(await marksSeen(page))]).toEqual([]);
});

test('a session that ended elsewhere ends here with the next page, and what plays with it', async () => {
  await signIn(page, clinic, patient);
  await page.getByRole('link', { name: 'Play' }).click();
  const [session] = (await context.cookies()).filter(({ name }) => name === 'sid');
  await clinic.ask('/auth/sign-out', { method: 'POST', headers: { cookie: `sid=${session?.value}` } });
  await main('Account').click();
  await expectPage(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expectPage(player()).toBeHidden();
});

test('offline there is a page that says so, and nothing of anybody’s', async () => {
  await signIn(page, clinic, patient);
  await underWorker(page);
  await context.setOffline(true);
  await page.goto(`${clinic.url}/me/rewatch`);
  await expectPage(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
  expect([...(await marksSeen(page))]).toEqual([]);
});

test('a form that another site makes the browser send is refused', async () => {
  const cookie = `sid=${patient.token}`;
  const send = (headers: Readonly<Record<string, string>>) =>
    fetch(`${clinic.url}/me/account/erase`, {
      method: 'POST',
      headers: { cookie, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: '',
      redirect: 'manual',
    });
  expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await send({ origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await patient.ask('/me')).status).toBe(200);
  expect((await send({ 'sec-fetch-site': 'same-origin', origin: clinic.url })).status).toBe(303);
  expect((await patient.ask('/me')).status).toBe(401);
});
