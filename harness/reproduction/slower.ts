// What makes a race likelier: while what is behind is slow, requests that came within milliseconds of each other are under way together for
// long, and fewer of them are enough.
import type { PlannedFault } from '../plan.ts';
import { atTime, type ExplicitPlan, isDeed, tidy } from './explicit-plan.ts';

/** After the last sign-in: who is not there yet is waited for. */
const readyMs = 200;
/** By then it has taken hold. */
const holdMs = 400;
/** It lasts for so long after the last of them began. */
const lastsMs = 1_500;

export const slowingIn = (faults: readonly PlannedFault[]): PlannedFault | undefined =>
  faults.find(({ kind }) => kind.endsWith('-slow'));

/** The same deeds, of those who are signed in, after it has become slow. Null where there are none, or something is broken already. */
export function whileSlow(plan: ExplicitPlan, slow: PlannedFault): ExplicitPlan | null {
  const moments = (isWanted: typeof isDeed): number[] =>
    plan.sessions.flatMap(({ steps }) => steps.filter(isWanted).map(({ atMs }) => atMs));
  const deeds = moments(isDeed);
  if (deeds.length === 0 || plan.faults.length > 0) return null;
  const firstMs = Math.min(...deeds);
  const signedInMs = Math.max(0, ...moments((step) => !isDeed(step) && step.atMs <= firstMs));
  const atMs = signedInMs + readyMs;
  const byMs = Math.max(0, atMs + holdMs - firstMs);
  return tidy({
    ...plan,
    sessions: plan.sessions.map((session) => ({
      ...session,
      steps: session.steps.map((step) => (step.atMs >= firstMs ? atTime(step, step.atMs + byMs) : step)),
    })),
    faults: [{ ...slow, atMs, forMs: Math.max(...deeds) + byMs - atMs + lastsMs }],
  });
}
