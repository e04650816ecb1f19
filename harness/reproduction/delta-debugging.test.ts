import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimise } from './delta-debugging.ts';

const things = fc.integer({ min: 0, max: 60 }).map((count) => Array.from({ length: count }, (_, at) => at));

describe('minimise', () => {
  it('finds just what is needed, whatever else there is', async () => {
    await fc.assert(
      fc.asyncProperty(things, fc.array(fc.nat(), { maxLength: 4 }), async (all, picks) => {
        const needed = [...new Set(picks.flatMap((pick) => (all.length > 0 ? [pick % all.length] : [])))].sort(
          (one, other) => one - other,
        );
        const left = await minimise(all, async (some) => needed.every((each) => some.includes(each)));
        expect(left).toEqual(needed);
      }),
    );
  });

  it('ends with a set from which nothing can be taken, even where parts depend on each other', async () => {
    await fc.assert(
      fc.asyncProperty(things, fc.func(fc.boolean()), async (all, odd) => {
        const still = async (some: readonly number[]): Promise<boolean> => some.length === all.length || odd([...some]);
        const left = await minimise(all, still);
        for (const one of left) {
          if (left.length === 1) expect(await still([])).toBe(all.length === 0);
          else if (left.length > 1) expect(await still(left.filter((each) => each !== one))).toBe(false);
        }
      }),
    );
  });

  it('halves first: one of 48 takes a dozen questions and not 48', async () => {
    let asked = 0;
    const all = Array.from({ length: 48 }, (_, at) => at);
    const left = await minimise(all, async (some) => {
      asked += 1;
      return some.includes(37);
    });
    expect(left).toEqual([37]);
    expect(asked).toBeLessThanOrEqual(14);
  });
});
