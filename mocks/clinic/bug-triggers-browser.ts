// For tests: the triggers of the bugs of a shared device, in a real browser: A signs out, then B signs in, and what B meets is looked at
// as B would, on the screen. What the browser still keeps of A's counts too.
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext, Page } from '@playwright/test';
import {
  enrolFilmed,
  launchBrowser,
  marksKept,
  marksSeen,
  signIn,
  signOut,
  underWorker,
} from './browser-under-test.ts';
import type { BugTrigger } from './bug-trigger.ts';
import type { ClinicUnderTest } from './clinic-under-test.ts';
import type { TestPatient } from './patient-under-test.ts';

/** As long as a page of the correct clinic may take to drop what has become another's. */
const dropsWithinMs = 600;
/** As long as a busy machine may take to show what it shows. */
const showsWithinMs = 4_000;
const lookEveryMs = 200;

interface Device {
  readonly clinic: ClinicUnderTest;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly first: TestPatient;
  readonly second: TestPatient;
}

type Steps = (device: Device) => Promise<readonly string[]>;

function onSharedDevice(steps: Steps, keepsPages = false): (clinic: ClinicUnderTest) => Promise<readonly string[]> {
  return async (clinic) => {
    const [first, second] = [await enrolFilmed(clinic), await enrolFilmed(clinic)];
    const browser = await launchBrowser(keepsPages);
    try {
      const context = await browser.newContext();
      return await steps({ clinic, context, page: await context.newPage(), first, second });
    } finally {
      await browser.close();
    }
  };
}

/** Whoever of the two has a mark here, but for the viewer. */
function foreign(marks: ReadonlySet<string>, viewer: TestPatient): readonly string[] {
  return [...marks].filter((mark) => mark !== viewer.mark).map((mark) => `${viewer.mark}<${mark}`);
}

/** Looks once the page had time to drop what it should, and again while nothing foreign is there to be seen. */
async function untilShown(lookNow: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const endsAtMs = performance.now() + showsWithinMs;
  await pause(dropsWithinMs);
  let shown = await lookNow();
  while (shown.length === 0 && performance.now() < endsAtMs) {
    await pause(lookEveryMs);
    shown = await lookNow();
  }
  return shown;
}

async function openList(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Rewatch' }).click();
  await page.locator('nav a[aria-current]', { hasText: 'Rewatch' }).waitFor();
  await page.getByRole('heading', { name: 'Rewatch:' }).waitFor();
}

/** A opens their list, from another page and so that a service worker sees it. */
async function firstLooks({ clinic, page, first }: Device): Promise<void> {
  await signIn(page, clinic, first);
  await underWorker(page);
  await page.getByRole('link', { name: 'Book' }).click();
  await page.getByRole('heading', { name: 'Book a consultation' }).waitFor();
  await openList(page);
}

/** The device is handed over after A, who is signed out, or each has one of their own. */
const look =
  (isShared: boolean): Steps =>
  async (device) => {
    const { clinic, context, second } = device;
    await firstLooks(device);
    await signOut(device.page);
    const page = isShared ? device.page : await (await context.browser()?.newContext())?.newPage();
    if (page === undefined) throw new Error('this browser gives no second profile');
    await signIn(page, clinic, second);
    const atOnce = await marksSeen(page);
    const kept = await marksKept(page);
    await page.getByRole('link', { name: 'Book' }).click();
    await page.getByRole('heading', { name: 'Book a consultation' }).waitFor();
    await openList(page);
    return [...foreign(atOnce, second), ...foreign(kept, second), ...foreign(await marksSeen(page), second)];
  };

const lookBack =
  (goesBack: boolean): Steps =>
  async ({ clinic, page, first, second }) => {
    await signIn(page, clinic, first);
    await page.goto(`${clinic.url}/me/rewatch`);
    await page.goto(`${clinic.url}/me/account`);
    await signOut(page);
    await signIn(page, clinic, second);
    const lookNow = async () => foreign(await marksSeen(page), second);
    const seen: string[] = [];
    for (let step = 0; step < 4; step += 1) {
      if (goesBack) await page.evaluate(() => history.back()).catch(() => {});
      else await page.reload();
      await pause(dropsWithinMs);
      seen.push(...(await lookNow()));
    }
    return seen.length > 0 ? seen : untilShown(lookNow);
  };

const lookOffline =
  (losesNetwork: boolean): Steps =>
  async (device) => {
    const { clinic, context, page, second } = device;
    await firstLooks(device);
    await signOut(page);
    await signIn(page, clinic, second);
    if (losesNetwork) await context.setOffline(true);
    await page.getByRole('link', { name: 'Rewatch' }).click();
    return untilShown(async () => foreign(await marksSeen(page), second));
  };

const lookAtOtherTab =
  (leavesOpen: boolean): Steps =>
  async ({ clinic, context, page, first, second }) => {
    await signIn(page, clinic, first);
    const other = await context.newPage();
    await other.goto(`${clinic.url}/me/rewatch`);
    if (!leavesOpen) await other.close();
    await signOut(page);
    await signIn(page, clinic, second);
    await pause(dropsWithinMs);
    return foreign(await marksSeen(leavesOpen ? other : page), second);
  };

/** The picture of whom does this page's first video show? Null when there is none that could be seen. */
function sourceShown(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const video = document.querySelector('video');
    const isSeen = video !== null && video.readyState >= 2 && video.checkVisibility();
    return isSeen ? video.currentSrc : null;
  });
}

async function untilPlaying(page: Page): Promise<string> {
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 4);
  return page.evaluate(() => document.querySelector('video')?.currentSrc ?? '');
}

const openLink =
  (takesAnothers: boolean): Steps =>
  async ({ clinic, context, page, first, second }) => {
    await signIn(page, clinic, first);
    await page.getByRole('link', { name: 'Play' }).click();
    const link = await untilPlaying(page);
    // In a tab of its own, as "open video in new tab" does: so the browser's history has the link.
    const tab = await context.newPage();
    await tab.goto(link);
    await untilPlaying(tab);
    await tab.close();
    await signOut(page);
    await signIn(page, clinic, second);
    if (!takesAnothers) {
      await page.getByRole('link', { name: 'Play' }).click();
      return (await untilPlaying(page)) === link ? [`${second.mark}<${first.mark} played`] : [];
    }
    await page.goto(link);
    return untilShown(async () => ((await sourceShown(page)) === link ? [`${second.mark}<${first.mark} played`] : []));
  };

const keepPlaying =
  (closesPlayer: boolean): Steps =>
  async ({ clinic, page, first, second }) => {
    await signIn(page, clinic, first);
    await page.getByRole('link', { name: 'Play' }).click();
    const link = await untilPlaying(page);
    if (closesPlayer) await page.getByRole('button', { name: 'Close player' }).click();
    await signOut(page);
    await signIn(page, clinic, second);
    return (await sourceShown(page)) === link ? [`${second.mark}<${first.mark} played`] : [];
  };

export const browserTriggers: readonly BugTrigger[] = [
  {
    bug: 'shared-device-http-cache',
    nodeCount: 2,
    quiet: onSharedDevice(look(false)),
    trigger: onSharedDevice(look(true)),
  },
  {
    bug: 'shared-device-back-button',
    nodeCount: 2,
    quiet: onSharedDevice(lookBack(false), true),
    trigger: onSharedDevice(lookBack(true), true),
  },
  {
    bug: 'shared-device-service-worker',
    nodeCount: 2,
    quiet: onSharedDevice(look(false)),
    trigger: onSharedDevice(look(true)),
  },
  {
    bug: 'shared-device-offline',
    nodeCount: 2,
    quiet: onSharedDevice(lookOffline(false)),
    trigger: onSharedDevice(lookOffline(true)),
  },
  {
    bug: 'shared-device-second-tab',
    nodeCount: 2,
    quiet: onSharedDevice(lookAtOtherTab(false)),
    trigger: onSharedDevice(lookAtOtherTab(true)),
  },
  {
    bug: 'shared-device-cached-media',
    nodeCount: 2,
    quiet: onSharedDevice(openLink(false)),
    trigger: onSharedDevice(openLink(true)),
  },
  {
    bug: 'player-keeps-source',
    nodeCount: 2,
    quiet: onSharedDevice(keepPlaying(true)),
    trigger: onSharedDevice(keepPlaying(false)),
  },
];
