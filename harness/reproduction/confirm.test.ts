import { describe, expect, it } from 'vitest';
import { confirm } from './confirm.ts';
import { interval95 } from './interval.ts';
import type { Outcome } from './outcome.ts';

const clean: Outcome = { kind: 'silent', doubts: [], others: [] };
const leak: Outcome = { kind: 'reproduced', violation: {} as never };
const nothing: Outcome = { kind: 'void', why: 'the target was down' };

/** The outcomes in turn, the last one for ever. */
const confirmed = (
  outcomes: readonly Outcome[],
  options: { trialsMax?: number; hits?: number; budget?: number } = {},
) => {
  const { trialsMax = null, hits = 12, budget = 1_000 } = options;
  let held = 0;
  return confirm({
    before: interval95({ hits, trials: 12 }),
    hold: async () => ({ outcome: outcomes[Math.min(held++, outcomes.length - 1)] ?? clean, ms: 1 }),
    spent: () => held >= budget,
    trialsMax,
    told: () => {},
  });
};

describe('confirm', () => {
  it('says fixed after as many clean trials as the lower end of the rate before asks for', async () => {
    expect(await confirmed([clean])).toEqual({ kind: 'fixed', clean: 3 });
    expect(await confirmed([clean], { hits: 6 })).toEqual({ kind: 'fixed', clean: 11 });
  });

  it('says not fixed at once when it leaks again, and when it leaks otherwise', async () => {
    expect(await confirmed([clean, leak])).toEqual({ kind: 'not fixed', why: 'it leaked again', clean: 1 });
    const other: Outcome = { kind: 'silent', doubts: [], others: ['session-swap, GET /me'] };
    expect((await confirmed([other])).kind).toBe('not fixed');
  });

  it('says not yet known when trials or time run out', async () => {
    expect(await confirmed([clean], { trialsMax: 2 })).toMatchObject({ kind: 'not yet known', clean: 2, needed: 3 });
    expect(await confirmed([clean], { budget: 1 })).toMatchObject({
      kind: 'not yet known',
      why: 'the budget is spent',
    });
  });

  it('counts no trial that proves nothing', async () => {
    expect(await confirmed([nothing, clean, nothing, clean])).toEqual({ kind: 'fixed', clean: 3 });
    const mute: Outcome = { kind: 'silent', doubts: ['the alarm did not ring'], others: [] };
    expect(await confirmed([mute])).toMatchObject({ kind: 'not yet known', clean: 0 });
    expect(await confirmed([nothing])).toMatchObject({ kind: 'not yet known', clean: 0 });
  });

  it('does not believe anything of what hardly ever showed', async () => {
    expect(await confirmed([clean], { hits: 0 })).toMatchObject({ kind: 'not yet known', needed: null });
  });
});
