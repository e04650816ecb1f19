// Canaries in what the page shows: a screenshot once pictures and videos are there, its codes, and the element behind each.
import { z } from 'zod';
import { type Glance, inFrame, inPage, type LookedFrame } from './glance.ts';
import { pageHeightMaxPixels, prepareMedia, settle } from './media.ts';
import { elementSchema, placeOf } from './page-text.ts';
import { type Code, codesMax, readCodes } from './pixels.ts';
import type { Box, Sight } from './sight.ts';

export interface ScreenOptions {
  readonly media: boolean;
  readonly fullPage: boolean;
}

export const pageWidthMaxPixels = 3_840;
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

/** A code with its place on the page, which may lie above what is scrolled into view or below. */
interface Seen {
  readonly code: Code;
  readonly box: Box;
}

async function sightsOn(
  glance: Glance,
  { codes, measures, scale }: Shown,
  fullPage: boolean,
): Promise<readonly Sight[]> {
  if (codes.length === 0) return [];
  const { scrollX, scrollY } = fullPage ? measures : { scrollX: 0, scrollY: 0 };
  const areas = await frameAreas(glance);
  const byArea = new Map<Area, Seen[]>();
  for (const code of codes) {
    const box = {
      x: code.box.x / scale - scrollX,
      y: code.box.y / scale - scrollY,
      width: code.box.width / scale,
      height: code.box.height / scale,
    };
    const area = areas.findLast((each) => contains(each.box, middleOf(box))) ?? areas[0];
    if (area) byArea.set(area, [...(byArea.get(area) ?? []), { code, box }]);
  }
  const sights = await Promise.all([...byArea].map(([area, seen]) => sightsIn(glance, area, seen)));
  return sights.flat();
}

async function sightsIn(
  glance: Glance,
  { looked, box: outer }: Area,
  seen: readonly Seen[],
): Promise<readonly Sight[]> {
  const points = seen.map(({ box }) => {
    const { x, y } = middleOf(box);
    return { x: x - outer.x, y: y - outer.y };
  });
  const elements = await glance.attempt('elements behind the codes', () =>
    inPage(looked.frame, 'locatePoints', z.array(elementSchema).length(points.length), { points }),
  );
  return seen.map(({ code: { canary, picture }, box }, at) => {
    const element = elements?.[at] ?? null;
    return {
      canary,
      channel: 'pixels',
      place: placeOf({ tag: element?.tag ?? 'page', box }, 'page') + inFrame(looked),
      element: element?.tag ?? null,
      encoding: 'qr',
      frame: looked.name,
      box,
      picture,
    };
  });
}

const middleOf = ({ x, y, width, height }: Box): { readonly x: number; readonly y: number } => ({
  x: x + width / 2,
  y: y + height / 2,
});

const contains = ({ x, y, width, height }: Box, point: { readonly x: number; readonly y: number }): boolean =>
  point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height;

interface Area {
  readonly looked: LookedFrame;
  readonly box: Box;
}

/** Where each frame lies on the page, outer before inner; the first is the page itself, which is everywhere. */
async function frameAreas(glance: Glance): Promise<readonly Area[]> {
  const everywhere: Box = { x: 0, y: 0, width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };
  const areas: Area[] = [{ looked: { frame: glance.page.mainFrame(), name: null }, box: everywhere }];
  for (const looked of glance.frames) {
    if (looked.name === null) continue;
    const box = await glance.attempt(`place${inFrame(looked)}`, async () =>
      (await looked.frame.frameElement()).boundingBox(),
    );
    if (box) areas.push({ looked, box });
  }
  return areas;
}
