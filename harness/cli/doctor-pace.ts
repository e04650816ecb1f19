// What the doctor says of a drill's pace where the target limits its callers: it has seen how many requests each action takes.
import type { Operation } from '../history.ts';
import { type PacedDrill, paceProblems, tooFast, weakened } from '../pace.ts';
import type { ActionKind } from '../plan.ts';
import { type PlanInput, planTroupe } from '../planner.ts';
import type { RateLimit } from '../targets/target.ts';

export interface Paced {
  readonly plan: PlanInput;
  readonly drill: PacedDrill;
  readonly operations: readonly Operation[];
  readonly rateLimit: RateLimit | undefined;
}

export function* paceWarnings({ plan, drill, operations, rateLimit }: Paced): Generator<string> {
  const turnedAway = operations.filter(({ exchanges }) => exchanges.some(({ status }) => status === 429)).length;
  if (turnedAway > 0)
    yield `${turnedAway} operations of this walk alone were answered 429, too many requests: say in declares.rateLimit what the target allows, as in \`rateLimit: { all: { requests: 100, perMs: 60_000 } }\``;
  if (rateLimit === undefined) return;
  yield* paceProblems(plan, drill, rateLimit);
  const others = [weakened(rateLimit), tooFast(requestsPerSecond(plan, operations), plan, rateLimit)];
  for (const other of others) if (other !== undefined) yield other;
}

function requestsPerSecond(plan: PlanInput, operations: readonly Operation[]): number {
  const taken = new Map<ActionKind, { operations: number; requests: number }>();
  for (const { action, exchanges, browser } of operations) {
    if (browser) continue;
    const so = taken.get(action) ?? { operations: 0, requests: 0 };
    taken.set(action, { operations: so.operations + 1, requests: so.requests + exchanges.length });
  }
  let requests = 0;
  const lanes = new Set<number>();
  for (const { lane, steps } of planTroupe(plan, 0)) {
    lanes.add(lane);
    for (const { action } of steps) {
      const so = taken.get(action.kind);
      requests += so === undefined ? 1 : so.requests / so.operations;
    }
  }
  return (requests * (plan.lanes / Math.max(1, lanes.size)) * 1_000) / plan.durationMs;
}
