// Before a screenshot: pictures and videos in view are waited for, and videos that rest are played for a moment, because one that
// never played shows no frame. Whatever is still missing then is a problem, for it was not read.
import type { JSHandle } from '@playwright/test';
import { z } from 'zod';
import { pause, within } from '../faults/bounded.ts';
import { type Glance, inFrame, inPage, type LookedFrame, pageFunction } from './glance.ts';

const settleMaxMs = 2_000;
const settleEveryMs = 50;
const playMaxMs = 2_000;
const videosMax = 30;
const restoreMaxMs = 2_000;

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
export async function settle(glance: Glance, everywhere: boolean): Promise<void> {
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
