import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tickLabel, ticksOf } from './html-scale.ts';

describe('ticks', () => {
  it('are round and reach the maximum', () => {
    expect(ticksOf(187, 3)).toEqual([0, 100, 200]);
    expect(ticksOf(74, 7.6)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80]);
    expect(ticksOf(0, 3)).toEqual([0, 1]);
  });

  it('rise evenly from 0, few of them, whatever the maximum', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.integer({ min: 1, max: 10 }), (max, steps) => {
        const ticks = ticksOf(max, steps);
        expect(ticks[0]).toBe(0);
        expect(ticks.length).toBeLessThanOrEqual(21);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      }),
    );
  });

  it('are labelled in the unit that suits the length of the run', () => {
    expect(tickLabel(40, 60_000)).toBe('40 s');
    expect(tickLabel(100, 300_000)).toBe('1:40');
    expect(tickLabel(7_500, 9_000_000)).toBe('2 h 05');
  });
});
