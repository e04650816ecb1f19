import { describe, expect, it } from 'vitest';
import { tidy } from './explicit-plan.ts';
import { injected, loadBegan, look, operationOf, pair, sessionOf, signIn } from './plan-under-test.ts';
import { recordedOrder } from './recorded-order.ts';

const sessions = [sessionOf(1, 1_000, [signIn, look, look]), sessionOf(5, 1_000, [signIn, look])] as const;
const plan = { ...pair, sessions };

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
    const again = recordedOrder(tidy(plan), plan, lines);
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
    const [first, second] = recordedOrder(tidy(plan), plan, lines).sessions;
    expect(first?.steps[1]).toMatchObject({ abortAfterMs: 17, barrier: { parties: 2 } });
    expect(second?.steps[1]?.barrier?.name).toBe(first?.steps[1]?.barrier?.name);
    // What was planned and never begun is no part of what happened.
    expect(first?.steps).toHaveLength(2);
  });

  it('injects a fault when it was injected', () => {
    const faults = [{ id: 'f1', kind: 'cache-flush', atMs: 1_000, forMs: 300 }];
    const lines = [loadBegan, injected('f1', 'cache-flush', 1_250), operationOf(sessions[0], 0, 1_000)];
    const again = recordedOrder(tidy({ ...plan, faults }), { ...plan, faults }, lines);
    expect(again.faults[0]?.atMs).toBe(350);
  });
});
