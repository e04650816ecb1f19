import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanTrialsNeeded, interval95, tallyText } from './interval.ts';

const tally = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([trials, share]) => ({ trials, hits: Math.round(share * trials) }));

describe('interval95', () => {
  it('holds the rate itself, and lies between 0 and 1', () => {
    fc.assert(
      fc.property(tally, ({ hits, trials }) => {
        const { low, high } = interval95({ hits, trials });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(hits / trials);
        expect(high).toBeGreaterThanOrEqual(hits / trials);
      }),
    );
  });

  it('says what tables say of 7 in 20, and nothing of no trial', () => {
    const { low, high } = interval95({ hits: 7, trials: 20 });
    expect(low).toBeCloseTo(0.181, 3);
    expect(high).toBeCloseTo(0.567, 3);
    expect(interval95({ hits: 0, trials: 0 })).toEqual({ low: 0, high: 1 });
  });

  it('is told in words', () => {
    expect(tallyText({ hits: 7, trials: 20 })).toBe('7 of 20 trials (35 %; 95 % interval 18 % to 57 %)');
    expect(tallyText({ hits: 0, trials: 0 })).toBe('no trial could be held');
  });
});

describe('cleanTrialsNeeded', () => {
  it('is the least number that the bug would pass by luck with at most 5 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (rate) => {
        const needed = cleanTrialsNeeded(rate) ?? 0;
        expect((1 - rate) ** needed).toBeLessThanOrEqual(0.05 + 1e-9);
        expect((1 - rate) ** (needed - 1)).toBeGreaterThan(0.05 - 1e-9);
      }),
    );
  });

  it('is one where it always shows, and unknown where it never does', () => {
    expect(cleanTrialsNeeded(1)).toBe(1);
    expect(cleanTrialsNeeded(0.5)).toBe(5);
    expect(cleanTrialsNeeded(0)).toBeNull();
    expect(cleanTrialsNeeded(Number.NaN)).toBeNull();
  });
});
