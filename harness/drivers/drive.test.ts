import { describe, expect, it } from 'vitest';
import { type Load, sideBySide } from './drive.ts';

/** Drives until it is closed, or fails at once. */
function load(problem?: string): Load & { closedCount: number } {
  let end = (): void => {};
  const driven = new Promise<void>((resolve) => {
    end = resolve;
  });
  const self = {
    closedCount: 0,
    drive: () => (problem === undefined ? driven : Promise.reject(new Error(problem))),
    async close() {
      self.closedCount += 1;
      end();
    },
  };
  return self;
}

describe('two loads side by side', () => {
  it.each([
    ['first', load('k6 died'), load()],
    ['second', load(), load('k6 died')],
  ])('end together when the %s fails', async (_, first, second) => {
    await expect(sideBySide(first, second).drive(0)).rejects.toThrow('k6 died');
    expect(first.closedCount + second.closedCount).toBe(1);
  });

  it('end when both have ended', async () => {
    const [first, second] = [load(), load()];
    const both = sideBySide(first, second);
    const driven = both.drive(0);
    await both.close();
    await driven;
    expect([first.closedCount, second.closedCount]).toEqual([1, 1]);
  });
});
