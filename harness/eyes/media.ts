// Before a screenshot: pictures and videos in view are waited for, and videos that rest are played for a moment, because one that
// never played shows no frame. Whatever is still missing then is a problem, for it was not read.
import type { JSHandle } from '@playwright/test';
import { z } from 'zod';
import { pause, within } from '../faults/bounded.ts';
import { type Glance, inFrame, inPage, type LookedFrame, pageFunction } from './glance.ts';

const settleMaxMs = 2_000;
const settleEveryMs = 50;
/** A busy machine may take seconds to decode a first frame; a look has 10 s for all. */
const playMaxMs = 4_000;
const videosMax = 30;
const restoreMaxMs = 2_000;
/** A page that draws no frame in this time is scrolled on. */
const frameMaxMs = 500;
const scrollMaxMs = 4_000;
/** Beyond it Chromium draws nothing but repetitions. */
export const pageHeightMaxPixels = 16_384;

interface Played {
  readonly states: readonly unknown[];
  readonly dark: number;
  readonly count: number;
}

/** Lets every resting video show a frame, and lazy pictures load; what it returns puts the videos back. */
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
  const [main] = glance.frames;
  if (everywhere && main) {
    const argument = { heightMax: pageHeightMaxPixels, frameMaxMs, scrollMaxMs, loadMaxMs: settleMaxMs };
    await glance.attempt('scrolling', () => main.frame.evaluate(pageFunction('scrollThrough'), argument));
  }
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

const unsettledSchema = z.object({ awaited: z.number(), lazy: z.number() });

/** Waits a bounded time. Pictures that load only in view are not waited for where they are out of it: they may never come. */
export async function settle(glance: Glance, everywhere: boolean): Promise<void> {
  const endsAt = performance.now() + settleMaxMs;
  const wait = async (looked: LookedFrame): Promise<void> => {
    const what = `pictures${inFrame(looked)}`;
    for (;;) {
      const counted = await glance.attempt(what, () =>
        inPage(looked.frame, 'unsettled', unsettledSchema, { everywhere }),
      );
      if (counted === null) return;
      const { awaited, lazy } = counted;
      const late = performance.now() > endsAt || glance.leftMs() === 0;
      if (awaited > 0 && !late) {
        await pause(settleEveryMs);
        continue;
      }
      if (awaited > 0) glance.problem(`${what}: ${awaited} had not loaded after ${settleMaxMs} ms and were not read`);
      if (lazy > 0) glance.problem(`${what}: ${lazy} load only once they are scrolled into view, and were not read`);
      return;
    }
  };
  await Promise.all(glance.frames.map(wait));
}
