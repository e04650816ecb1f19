// Ways to let a plan take less time: pauses shortened, faults nearer to what they are for, their windows shorter. Each yields candidates,
// the quickest first.
import type { PlannedFault } from '../plan.ts';
import { atTime, type ExplicitPlan } from './explicit-plan.ts';

export interface Faster {
  readonly plan: ExplicitPlan;
  readonly what: string;
}

/** Between steps of different moments, and between a fault and the first step after it. */
const gapsMs = [20, 100, 300] as const;
const windowsMs = [300, 1_000, 2_000] as const;

interface Event {
  readonly atMs: number;
}

/** No two events further apart than so; their order stays, and what was together stays together. */
function squeezed(plan: ExplicitPlan, gapMaxMs: number): ExplicitPlan {
  const moments = [
    ...new Set([
      ...plan.sessions.flatMap(({ steps }) => steps.map(({ atMs }: Event) => atMs)),
      ...plan.faults.map(({ atMs }: Event) => atMs),
    ]),
  ].sort((one, other) => one - other);
  const moved = new Map<number, number>();
  let nowMs = 0;
  for (const [number, atMs] of moments.entries()) {
    const gapMs = number === 0 ? 0 : atMs - (moments[number - 1] ?? atMs);
    nowMs += Math.min(gapMs, gapMaxMs);
    moved.set(atMs, nowMs);
  }
  const to = (atMs: number): number => moved.get(atMs) ?? atMs;
  return {
    ...plan,
    sessions: plan.sessions.map((session) => ({
      ...session,
      steps: session.steps.map((step) => atTime(step, to(step.atMs))),
    })),
    faults: plan.faults.map((fault) => ({ ...fault, atMs: to(fault.atMs) })),
  };
}

const shorterWindows = (plan: ExplicitPlan, forMs: number): ExplicitPlan => ({
  ...plan,
  faults: plan.faults.map((fault: PlannedFault) => ({ ...fault, forMs: Math.min(fault.forMs, forMs) })),
});

export const fasterPlans: readonly ((plan: ExplicitPlan) => Iterable<Faster>)[] = [
  (plan) => gapsMs.map((ms) => ({ plan: squeezed(plan, ms), what: `pauses of ${ms} ms at most` })),
  (plan) =>
    plan.faults.length === 0
      ? []
      : windowsMs.map((ms) => ({ plan: shorterWindows(plan, ms), what: `faults open for ${ms} ms at most` })),
];
