import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inMoments } from './moments.ts';

describe('moments', () => {
  it('are of what began together, in order, and as far apart as it was', () => {
    const { begun, moments } = inMoments([
      { actor: 'b', atMs: 108 },
      { actor: 'a', atMs: 106 },
      { actor: 'a', atMs: 146 },
      { atMs: 125 },
    ]);
    expect(begun.map(({ actor = 'admin', moment }) => [actor, moment])).toEqual([
      ['a', 0],
      ['b', 0],
      ['admin', 1],
      ['a', 2],
    ]);
    expect(moments).toEqual([
      { parties: 2, atMs: 106, gapMs: 106 },
      { parties: 1, atMs: 125, gapMs: 19 },
      { parties: 1, atMs: 146, gapMs: 21 },
    ]);
  });

  it('never have one actor twice, lose nobody, and open one after another', () => {
    const anyBegun = fc.record({ actor: fc.constantFrom('a', 'b', 'c'), atMs: fc.nat({ max: 60 }) });
    fc.assert(
      fc.property(fc.array(anyBegun, { maxLength: 40 }), (all) => {
        const { begun, moments } = inMoments(all);
        expect(begun).toHaveLength(all.length);
        for (const [number, { parties }] of moments.entries()) {
          const there = begun.filter(({ moment }) => moment === number).map(({ actor }) => actor);
          expect(there).toHaveLength(parties);
          expect(new Set(there).size).toBe(parties);
        }
        for (const actor of ['a', 'b', 'c']) {
          const own = begun.filter((each) => each.actor === actor).map(({ moment }) => moment);
          expect(own).toEqual([...new Set(own)].sort((one, other) => one - other));
        }
      }),
    );
  });
});
