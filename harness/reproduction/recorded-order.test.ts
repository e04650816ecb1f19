import { describe, expect, it } from 'vitest';
import { tidy } from './explicit-plan.ts';
import { injected, loadBegan, look, operationOf, pair, sessionOf, signIn } from './plan-under-test.ts';
import { recordedOrder } from './recorded-order.ts';

const sessions = [sessionOf(1, 1_000, [signIn, look, look]), sessionOf(5, 1_000, [signIn, look])] as const;
const plan = { ...pair, sessions };

const always = { fromMs: 0, untilMs: 1_000_000 };

describe('the recorded order', () => {
  it('begins each step when it was begun, relative to the others', () => {
    const lines = [
      loadBegan,
      operationOf(sessions[0], 0, 1_400),
      operationOf(sessions[1], 0, 1_450),
      operationOf(sessions[0], 1, 1_700),
      operationOf(sessions[0], 2, 1_730),
      operationOf(sessions[1], 1, 1_760),
    ];
    const again = recordedOrder({ plan: tidy(plan), cut: always }, plan, lines);
    expect(again.sessions.map(({ steps }) => steps.map(({ atMs }) => atMs))).toEqual([
      [100, 400, 430],
      [150, 460],
    ]);
  });

  it('releases together what began together, and breaks off what was broken off', () => {
    const lines = [
      loadBegan,
      operationOf(sessions[0], 0, 1_000),
      operationOf(sessions[1], 0, 1_100),
      { ...operationOf(sessions[0], 1, 1_300, 17), outcome: 'aborted' as const },
      operationOf(sessions[1], 1, 1_301),
    ];
    const [first, second] = recordedOrder({ plan: tidy(plan), cut: always }, plan, lines).sessions;
    expect(first?.steps[1]).toMatchObject({ abortAfterMs: 17, barrier: { parties: 2 } });
    expect(second?.steps[1]?.barrier?.name).toBe(first?.steps[1]?.barrier?.name);
    // What was planned and never begun is no part of what happened.
    expect(first?.steps).toHaveLength(2);
  });

  it('lets nobody wait for themselves, however soon they went on', () => {
    const lines = [
      loadBegan,
      operationOf(sessions[0], 0, 1_000),
      operationOf(sessions[0], 1, 1_300),
      operationOf(sessions[0], 2, 1_301),
    ];
    const [first] = recordedOrder({ plan: tidy(plan), cut: always }, plan, lines).sessions;
    expect(first?.steps.map(({ atMs, barrier }) => [atMs, barrier])).toEqual([
      [100, undefined],
      [400, undefined],
      [401, undefined],
    ]);
  });

  it('injects a fault when it was injected', () => {
    const faults = [{ id: 'f1', kind: 'cache-flush', atMs: 1_000, forMs: 300 }];
    const lines = [loadBegan, injected('f1', 'cache-flush', 1_250), operationOf(sessions[0], 0, 1_000)];
    const again = recordedOrder({ plan: tidy({ ...plan, faults }), cut: always }, { ...plan, faults }, lines);
    expect(again.faults[0]?.atMs).toBe(350);
  });

  it('leaves out what was begun before its time, but not that somebody had signed in', () => {
    const lines = [
      loadBegan,
      operationOf(sessions[0], 0, 1_000),
      operationOf(sessions[0], 1, 1_500),
      operationOf(sessions[0], 2, 9_000),
      operationOf(sessions[1], 0, 1_100),
    ];
    const again = recordedOrder({ plan: tidy(plan), cut: { fromMs: 8_000, untilMs: 9_500 } }, plan, lines);
    expect(again.sessions.map(({ id }) => id)).toEqual(['s1']);
    expect(again.sessions[0]?.steps.map(({ action, atMs }) => [action.kind, atMs])).toEqual([
      ['sign-in', 100],
      ['view-history', 600],
    ]);
  });
});
