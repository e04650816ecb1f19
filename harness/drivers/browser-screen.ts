// The Screen of a device's tab: people's gestures over Playwright's locators, each with a bounded wait, and each followed by rest:
// what it set off has been answered before the next thing happens.
import type { Page, Locator as PageLocator } from '@playwright/test';
import { type Locator, type Screen, ScreenError, type Upload } from '../targets/screen.ts';
import type { Device } from './browser-device.ts';
import { HttpFailure } from './client.ts';
import { sleep } from './sleep.ts';

/** No request under way for so long is rest. */
const quietMs = 120;
const restMaxMs = 4_000;
const restPollMs = 30;
const playMaxMs = 4_000;
const seesPollMs = 50;
const linksMax = 200;

export interface ScreenOptions {
  readonly device: Device;
  readonly session: string;
  tab(): Promise<Page>;
}

export function browserScreen({ device, session, tab: tabInView }: ScreenOptions): Screen {
  let inView: Page | undefined;
  const tab = async (): Promise<Page> => {
    inView = await tabInView();
    return inView;
  };
  const visit = (page: Page): void => {
    const path = pathOf(page);
    if (path !== null && !device.visited.has(path)) device.visited.set(path, session);
  };
  const act = async (what: Locator, gesture: (found: PageLocator) => Promise<unknown>): Promise<void> => {
    const page = await tab();
    try {
      await gesture(locate(page, what));
    } catch (problem) {
      throw new ScreenError(`${sayLocator(what)} can't be used: ${firstLine(problem)}`);
    }
  };
  return {
    async open(path) {
      const page = await tab();
      const response = await page.goto(new URL(path, device.origin).href).catch((problem: unknown) => {
        throw new HttpFailure('connection-error', `the page did not open: ${firstLine(problem)}`);
      });
      await rest(page, device);
      visit(page);
      // Null: only the fragment changed. A page out of a service worker has its status too.
      return response?.status() ?? 200;
    },
    fill: (field, text) => act(field, (found) => found.fill(text)),
    choose: (option) => act(option, (found) => found.check()),
    attach: (field, file) => act(field, (found) => found.setInputFiles(payload(file))),
    async press(button) {
      const page = await tab();
      await act(button, (found) => found.click());
      await rest(page, device);
      visit(page);
    },
    async sees(what, withinMs = 0) {
      const page = await tab();
      const endsAt = Date.now() + withinMs;
      for (;;) {
        if (await isVisible(page, what)) return true;
        if (Date.now() >= endsAt) return false;
        await sleep(seesPollMs);
      }
    },
    count: async (what) => locateAll(await tab(), what).count(),
    async links(what) {
      const found = await locateAll(await tab(), what).evaluateAll((elements) =>
        elements.map((element) => (element instanceof HTMLAnchorElement ? element.href : '')),
      );
      return found.filter((href) => href !== '').slice(0, linksMax);
    },
    async play() {
      const page = await tab();
      const video = page.locator('video').filter({ visible: true }).first();
      if ((await video.count()) === 0) return false;
      const plays = await video.evaluate(playOnce, playMaxMs).catch(() => false);
      await rest(page, device);
      return plays;
    },
    async media() {
      const page = await tab();
      const sources = await page
        .locator('video')
        .evaluateAll((videos) => videos.map((video) => (video as HTMLVideoElement).currentSrc));
      return sources.filter((source) => source.startsWith('http'));
    },
    path: () => (inView === undefined ? '' : (pathOf(inView) ?? '')),
    async stay(forMs) {
      await sleep(forMs);
    },
  };
}

/** Plays a video until it has shown some of itself, and leaves it paused on that picture, which no control covers. */
async function playOnce(element: SVGElement | HTMLElement, limitMs: number): Promise<boolean> {
  if (!(element instanceof HTMLVideoElement)) return false;
  element.muted = true;
  element.controls = false;
  const shown = new Promise<boolean>((resolve) => {
    element.addEventListener('timeupdate', () => resolve(element.readyState >= 2), { once: true });
    element.addEventListener('error', () => resolve(false), { once: true });
    setTimeout(() => resolve(false), limitMs);
  });
  const began = await element.play().then(
    () => true,
    () => false,
  );
  const result = began && (await shown);
  element.pause();
  return result;
}

/** Waits until the page has loaded and nothing that it asked for is under way, at most `restMaxMs`. */
export async function rest(page: Page, device: Device): Promise<void> {
  const endsAt = Date.now() + restMaxMs;
  await page.waitForLoadState('load', { timeout: restMaxMs }).catch(() => {});
  let quietFrom = Date.now();
  while (Date.now() < endsAt && Date.now() - quietFrom < quietMs) {
    await sleep(restPollMs);
    if (device.pending() > 0) quietFrom = Date.now();
  }
}

function locate(page: Page, what: Locator): PageLocator {
  return locateAll(page, what).nth(what.nth ?? 0);
}

function locateAll(page: Page, what: Locator): PageLocator {
  const found =
    'role' in what
      ? page.getByRole(what.role, { name: what.name })
      : 'label' in what
        ? page.getByLabel(what.label)
        : page.getByText(what.text);
  return found.filter({ visible: true });
}

const isVisible = async (page: Page, what: Locator): Promise<boolean> =>
  locate(page, what)
    .isVisible()
    .catch(() => false);

export function pathOf(page: Page): string | null {
  const url = new URL(page.url());
  return url.protocol.startsWith('http') ? url.pathname + url.search : null;
}

/** Accessible names are the adapter's own words, but they might be made of somebody's title: only the kind is told. */
function sayLocator(what: Locator): string {
  if ('role' in what) return `the ${what.role} ${sayName(what.name)}`;
  return 'label' in what ? `the field labelled ${sayName(what.label)}` : `the text ${sayName(what.text)}`;
}

const sayName = (name: string | RegExp): string => (typeof name === 'string' ? JSON.stringify(name) : String(name));

const payload = ({ name, mediaType, bytes }: Upload): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: mediaType,
  buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

/** Playwright's messages go on with a call log, which quotes the page. */
const firstLine = (problem: unknown): string =>
  (problem instanceof Error ? problem.message : String(problem)).split('\n', 1)[0]?.slice(0, 200) ?? '';
