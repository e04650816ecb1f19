// Canaries in what the page shows: a screenshot once pictures and videos are there, its codes, and the element behind each.
import type { JSHandle } from '@playwright/test';
import { z } from 'zod';
import { pause, within } from '../faults/bounded.ts';
import { type Glance, inFrame, inPage, type LookedFrame, pageFunction } from './glance.ts';
import { elementSchema, placeOf } from './page-text.ts';
import { type Code, codesMax, readCodes } from './pixels.ts';
import type { Box, Sight } from './sight.ts';

export interface ScreenOptions {
  readonly media: boolean;
  readonly fullPage: boolean;
}

/** Beyond it Chromium draws nothing but repetitions. */
export const pageHeightMaxPixels = 16_384;
export const pageWidthMaxPixels = 4_096;
const settleMaxMs = 2_000;
const settleEveryMs = 50;
const playMaxMs = 2_000;
const videosMax = 30;
const restoreMaxMs = 2_000;
/** In the header of every PNG: signature, length and name of IHDR, then the width. */
const pngWidthAt = 16;

const measuresSchema = z.object({
  scrollX: z.number(),
  scrollY: z.number(),
  innerWidth: z.number().positive(),
  width: z.number().positive(),
  height: z.number().positive(),
});
type Measures = z.infer<typeof measuresSchema>;

export async function lookAtScreen(glance: Glance, options: ScreenOptions): Promise<readonly Sight[] | null> {
  const restore = options.media ? await prepareMedia(glance, options.fullPage) : async () => {};
  try {
    await settle(glance, options.fullPage);
    const shown = await shoot(glance, options.fullPage);
    return shown && (await sightsOn(glance, shown, options.fullPage));
  } finally {
    await restore();
  }
}

interface Played {
  readonly states: readonly unknown[];
  readonly dark: number;
  readonly count: number;
}

/** Lets every resting video show a frame; what it returns puts them back. */
export async function prepareMedia(glance: Glance, everywhere: boolean): Promise<() => Promise<void>> {
  const handles: JSHandle<Played>[] = [];
  const play = async (looked: LookedFrame): Promise<void> => {
    const argument = { everywhere, videosMax, playMaxMs };
    await glance.attempt(`videos${inFrame(looked)}`, async () => {
      const handle = await looked.frame.evaluateHandle(
        pageFunction<typeof argument, Promise<Played>>('playMedia'),
        argument,
      );
      handles.push(handle);
      const { dark, count } = await handle.evaluate((played) => ({ dark: played.dark, count: played.count }));
      if (dark === 0) return;
      glance.problem(`${dark} of ${count} videos${inFrame(looked)} did not play: their pictures were not read`);
    });
  };
  await Promise.all(glance.frames.map(play));
  return async () => {
    const putBack = async (handle: JSHandle<Played>): Promise<void> => {
      await handle.evaluate(pageFunction<Played, void>('restoreMedia'));
      await handle.dispose();
    };
    // A page that has gone meanwhile has nothing to put back.
    await Promise.all(
      handles.map((handle) => within(restoreMaxMs, 'restoring', () => putBack(handle)).catch(() => {})),
    );
  };
}

/** Waits a bounded time for the pictures and videos in view. What is still missing then is a problem: it was not read. */
async function settle(glance: Glance, everywhere: boolean): Promise<void> {
  const endsAt = performance.now() + settleMaxMs;
  const wait = async (looked: LookedFrame): Promise<void> => {
    for (;;) {
      const what = `pictures${inFrame(looked)}`;
      const count = await glance.attempt(what, () =>
        inPage(looked.frame, 'unsettledCount', z.number(), { everywhere }),
      );
      if (count === null || count === 0) return;
      if (performance.now() > endsAt || glance.leftMs() === 0)
        return glance.problem(`${what}: ${count} had not loaded after ${settleMaxMs} ms and were not read`);
      await pause(settleEveryMs);
    }
  };
  await Promise.all(glance.frames.map(wait));
}

interface Shown {
  readonly codes: readonly Code[];
  readonly measures: Measures;
  /** Pixels of the screenshot to one of CSS. */
  readonly scale: number;
}

async function shoot(glance: Glance, fullPage: boolean): Promise<Shown | null> {
  const { page } = glance;
  const measures = await glance.attempt('measures', () => inPage(page.mainFrame(), 'measures', measuresSchema));
  if (measures === null) return null;
  const width = Math.min(measures.width, pageWidthMaxPixels);
  const height = Math.min(measures.height, pageHeightMaxPixels);
  if (fullPage && (measures.height > height || measures.width > width))
    glance.problem(`pixels: of a page of ${measures.width}x${measures.height} only ${width}x${height} were looked at`);
  const part = fullPage ? { fullPage, clip: { x: 0, y: 0, width, height } } : {};
  return glance.attempt('pixels', async () => {
    const png = await page.screenshot({ ...part, timeout: Math.max(1, glance.leftMs()) });
    const codes = await readCodes(png);
    if (codes.length >= codesMax) glance.problem(`pixels: more than ${codesMax} codes: the rest was not read`);
    return { codes, measures, scale: png.readUInt32BE(pngWidthAt) / (fullPage ? width : measures.innerWidth) };
  });
}

async function sightsOn(
  glance: Glance,
  { codes, measures, scale }: Shown,
  fullPage: boolean,
): Promise<readonly Sight[]> {
  const sights: Sight[] = [];
  const areas = codes.length === 0 ? [] : await frameAreas(glance);
  for (const { canary, box, picture } of codes) {
    const shift = fullPage ? measures : { scrollX: 0, scrollY: 0 };
    const onPage: Box = {
      x: box.x / scale - shift.scrollX,
      y: box.y / scale - shift.scrollY,
      width: box.width / scale,
      height: box.height / scale,
    };
    const x = onPage.x + onPage.width / 2;
    const y = onPage.y + onPage.height / 2;
    const area = areas.findLast(
      ({ box: { x: left, y: top, width, height } }) => x >= left && x <= left + width && y >= top && y <= top + height,
    );
    const looked = area?.looked ?? { frame: glance.page.mainFrame(), name: null };
    const inside = { x: x - (area?.box.x ?? 0), y: y - (area?.box.y ?? 0) };
    const element = await glance.attempt('element behind a code', () =>
      inPage(looked.frame, 'locatePoint', elementSchema, inside),
    );
    sights.push({
      canary,
      channel: 'pixels',
      place: placeOf(element && { ...element, box: onPage }, 'page') + inFrame(looked),
      element: element?.tag ?? null,
      encoding: 'qr',
      frame: looked.name,
      box: onPage,
      picture,
    });
  }
  return sights;
}

interface Area {
  readonly looked: LookedFrame;
  readonly box: Box;
}

/** Where each frame lies on the page, outer before inner. */
async function frameAreas(glance: Glance): Promise<readonly Area[]> {
  const areas: Area[] = [];
  for (const looked of glance.frames) {
    if (looked.name === null) continue;
    const box = await glance.attempt(`place${inFrame(looked)}`, async () =>
      (await looked.frame.frameElement()).boundingBox(),
    );
    if (box) areas.push({ looked, box });
  }
  return areas;
}
