import { describe, expect, it } from 'vitest';
import { faultNamed, faults } from '../faults/index.ts';
import { correctDrills, sideBySide } from './correct.ts';

const kinds = faults.map(({ kind }) => kind);
const durationMs = 40_000;
const planned = sideBySide(kinds, durationMs);

describe('all faults together', () => {
  it('has each of them once, within the drill', () => {
    expect(planned.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
    for (const { atMs, forMs } of planned) expect(atMs + forMs).toBeLessThan(durationMs);
    expect(new Set(planned.map(({ id }) => id)).size).toBe(kinds.length);
  });

  it('opens no two at once that hold the same part, and keeps their order', () => {
    for (const hold of new Set(faults.flatMap(({ holds }) => holds ?? []))) {
      const track = planned.filter(({ kind }) => faultNamed(kind).holds === hold);
      expect(track.map(({ kind }) => kind)).toEqual(kinds.filter((kind) => faultNamed(kind).holds === hold));
      for (const [index, { atMs }] of track.entries()) {
        const before = track[index - 1];
        if (before) expect(before.atMs + before.forMs).toBeLessThan(atMs);
      }
    }
  });

  it('opens some at once that hold different parts', () => {
    const overlapping = planned.some((one) =>
      planned.some(
        (other) => one !== other && one.atMs < other.atMs + other.forMs && other.atMs < one.atMs + one.forMs,
      ),
    );
    expect(overlapping).toBe(true);
  });
});

it('drills the correct clinic both ways, shorter when it must be quick', () => {
  const ms = (quick: boolean): number[] => correctDrills(quick).map(({ input }) => input.durationMs ?? 0);
  expect(correctDrills(false).map(({ schedule }) => schedule)).toEqual(['default', 'side-by-side']);
  for (const [index, short] of ms(true).entries()) expect(short).toBeLessThan(ms(false)[index] ?? 0);
});
