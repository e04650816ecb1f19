// A browser that never answers holds up neither a session nor the end of the run.
import type { Browser } from '@playwright/test';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createDevice } from './browser-device.ts';

const bounds = { signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 };
const never = (): Promise<never> => new Promise(() => {});

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A device of a browser that opens a profile, and then no tab; nor closes it. */
function stuck(): ReturnType<typeof createDevice> {
  const context = {
    setDefaultNavigationTimeout() {},
    setDefaultTimeout() {},
    on() {},
    pages: () => [],
    newPage: never,
    close: never,
  };
  const browser = { newContext: async () => context } as unknown as Browser;
  const declares = { headers: {}, ...bounds };
  return createDevice({ browser, origin: 'http://127.0.0.1:1', run: 1, declares, allowedHosts: [], closed() {} });
}

/** Real time for what really happens (the wiretap's sockets), and the clock moved for what would be waited for. */
async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.all([Promise.allSettled([work]).then(([one]) => one), pass()]);
  return result as PromiseSettledResult<T>;

  async function pass(): Promise<void> {
    for (let turn = 0; turn < 40; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(1_000);
    }
  }
}

it('a tab that does not open is an error of the step', async () => {
  const device = stuck();
  const result = await settled(device.page());
  expect(result).toMatchObject({ reason: { message: 'opening a tab took longer than 15000 ms' } });
  expect(await settled(device.close())).toMatchObject({ status: 'fulfilled' });
});

it('a profile that does not close is left to the end of its browser', async () => {
  const device = stuck();
  const opening = device.newTab().catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(await settled(device.close())).toMatchObject({ status: 'fulfilled' });
  await settled(opening);
});
