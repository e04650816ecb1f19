import { expect, test, vi } from 'vitest';
import { startRounds } from './rounds.ts';

/** Never reached: only being woken begins another round. */
const pauseMs = 3_600_000;

test('a wake in the pause, and one during a round, each begin another round at once', async () => {
  let count = 0;
  let end = (): void => {};
  const rounds = startRounds(pauseMs, () => {
    count += 1;
    return new Promise((resolve) => {
      end = () => resolve(false);
    });
  });
  await vi.waitFor(() => expect(count).toBe(1));
  rounds.wake();
  end();
  await vi.waitFor(() => expect(count).toBe(2));
  end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(count).toBe(2);
  rounds.wake();
  await vi.waitFor(() => expect(count).toBe(3));
  const stopped = rounds.stop();
  end();
  await stopped;
  expect(count).toBe(3);
});
