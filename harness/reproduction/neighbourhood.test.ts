import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { SessionPlan } from '../plan.ts';
import type { Violation } from '../verdict.ts';
import { neighbourhoodsOf } from './neighbourhood.ts';
import { loadBegan, look, operationOf, pair, sessionOf, signIn, zeroAt } from './plan-under-test.ts';

/** Forty sessions, one a second. */
const sessions = Array.from({ length: 40 }, (_, number): SessionPlan => {
  const session = sessionOf(4 * number, 1_000 * number, [signIn, look, look]);
  return { ...session, id: `t${number}.0-0` };
});
const faults = [
  { id: 'f1', kind: 'cache-flush', atMs: 3_000, forMs: 1_000 },
  { id: 'f2', kind: 'cache-slow', atMs: 29_000, forMs: 1_500 },
  { id: 'f3', kind: 'cache-down', atMs: 35_000, forMs: 1_000 },
];
const whole = { ...pair, sessions, people: sessions.map(({ patient }) => patient ?? patientIndex(0)), faults };
const violation = {
  ...{ viewer: 120, owner: 116, session: 't30.0-0', at: zeroAt + 30_150 },
} as Violation;

describe('the neighbourhood of a violation', () => {
  const hoods = neighbourhoodsOf({ whole, lines: [loadBegan] }, violation);
  const ids = (at: number): string[] => hoods[at]?.plan.sessions.map(({ id }) => id) ?? [];

  it('is first the two sessions, then what happened shortly before, and last everything up to it', () => {
    expect(ids(0)).toEqual(['t29.0-0', 't30.0-0']);
    expect(ids(1)).toEqual(['t27.0-0', 't28.0-0', 't29.0-0', 't30.0-0']);
    expect(ids(2)).toHaveLength(13);
    expect(ids(3)).toHaveLength(31);
    expect(hoods.at(-1)?.name).toBe('everything up to it');
  });

  it('holds the faults near it, and none of later', () => {
    expect(hoods[0]?.plan.faults.map(({ id }) => id)).toEqual(['f2']);
    expect(hoods[3]?.plan.faults.map(({ id }) => id)).toEqual(['f1', 'f2']);
  });

  it('brings everybody, acting or not, only where it is everything', () => {
    expect(hoods[0]?.plan.people).toEqual([116, 120]);
    expect(hoods[3]?.plan.people).toHaveLength(40);
  });

  it('reaches back from when it was asked for, not from when it was seen', () => {
    const asked = operationOf(sessions[30] as SessionPlan, 1, 30_100, 9_000);
    const seen = { ...violation, operation: asked.id, at: zeroAt + 39_000 };
    const [, hood] = neighbourhoodsOf({ whole, lines: [loadBegan, asked] }, seen);
    const there = hood?.plan.sessions.map(({ id }) => id) ?? [];
    expect(there[0]).toBe('t27.0-0');
    expect(there).toContain('t30.0-0');
  });

  it('lets those sign in whose session began earlier', () => {
    const long = { ...sessionOf(8, 0, [signIn, look]), id: 't2.9-0' };
    const late = { ...long, steps: [...long.steps, { atMs: 29_900, action: look }] };
    const [, hood] = neighbourhoodsOf(
      { whole: { ...whole, sessions: [late, ...sessions] }, lines: [loadBegan] },
      violation,
    );
    const steps = hood?.plan.sessions.find(({ id }) => id === late.id)?.steps ?? [];
    expect(steps.map(({ action }) => action.kind)).toEqual(['sign-in', 'view-history']);
    expect((steps[1]?.atMs ?? 0) - (steps[0]?.atMs ?? 0)).toBe(500);
  });
});
