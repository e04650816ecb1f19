// How fast a drill may go where the target declares a rate limit: by default as fast as fits, and what a person wrote is looked at
// before anything is touched, for a drill that starves within its limit ends INCONCLUSIVE after all its time.
import type { Drill } from './drill.ts';
import { burstOf, everyMsOf } from './drivers/turns.ts';
import { troupeLanes } from './plan.ts';
import { type PlanInput, planTroupe } from './planner.ts';
import type { Rate, RateLimit } from './targets/target.ts';
import { countText } from './wording.ts';

const enrolmentsAtOnceMax = 6;
/** Many steps take one request, a list with its recordings some; the doctor counts them. */
const requestsPerStep = 2;
const thinkMsMax = 60_000;

/** Making somebody takes several requests, and must come to its end. */
export function enrolmentsAtOnce(limit: RateLimit | undefined): number {
  if (limit?.all === undefined) return enrolmentsAtOnceMax;
  return Math.max(1, Math.min(enrolmentsAtOnceMax, Math.floor(1_000 / everyMsOf(limit.all))));
}

/** The mean pause between two steps of a session with which so many sessions keep within it. */
export function thinkMsWithin(limit: RateLimit | undefined, lanes: number): number {
  const all = limit?.all === undefined ? 0 : everyMsOf(limit.all) * lanes;
  const one = limit?.perAccount === undefined ? 0 : everyMsOf(limit.perAccount);
  return Math.min(thinkMsMax, Math.ceil(Math.max(all, one) * requestsPerStep));
}

export type PacedDrill = Pick<Drill, 'durationMs' | 'floor'>;

/** Why the plan can't be played, or its floor not be reached, within the limit. One sentence each; none: it may. */
export function paceProblems(plan: PlanInput, { floor, durationMs }: PacedDrill, { all }: RateLimit): string[] {
  if (all === undefined) return [];
  const problems: string[] = [];
  const steps = stepCount(plan);
  const most = requestsWithin(all, durationMs);
  if (steps > most)
    problems.push(
      `the plan has ${countText(steps)} steps, each a request at the least, and ${rateText(all)} allow ${countText(most)} in ${durationMs / 1_000} s: ${advice(all, plan)}`,
    );
  for (const { id, forMs } of plan.faults) {
    const inWindow = requestsWithin(all, forMs);
    if (inWindow < floor.opportunitiesPerWindow)
      problems.push(
        `the window of ${id} is open for ${forMs / 1_000} s, in which ${rateText(all)} allow ${countText(inWindow)}, and floor.opportunitiesPerWindow is ${floor.opportunitiesPerWindow}: keep it open for longer, plan fewer faults in more time, or lower the floor`,
      );
  }
  // A list and a recording, each of its own.
  const wanted = Math.max(2 * floor.opportunitiesPerAction, floor.opportunitiesPerWindow);
  if (most < wanted)
    problems.push(
      `${rateText(all)} allow ${countText(most)} in the ${durationMs / 1_000} s of the drill, and its floors ask for ${wanted} opportunities: lengthen it (durationMs), or lower the floor`,
    );
  return problems;
}

/** What a reader of the plan should know of it. */
export function paceTold({ all, perAccount }: RateLimit): string[] {
  return [
    ...(all ? [`all together within ${rateText(all)}`] : []),
    ...(perAccount ? [`each account within ${rateText(perAccount)}`] : []),
  ];
}

/** What the plan has, and the limit takes away. */
export function weakened({ all }: RateLimit): string | undefined {
  if (all === undefined || burstOf(all) >= troupeLanes) return undefined;
  return `the ${troupeLanes} sessions that a barrier releases can't go at one instant, for no more than ${burstOf(all)} requests may (rateLimit.all.burst): what only shows then may go unseen`;
}

/** `sent`: requests a second that the plan is known to make. */
export function tooFast(sent: number, plan: PlanInput, { all }: RateLimit): string | undefined {
  if (all === undefined || sent <= 1_000 / everyMsOf(all)) return undefined;
  const factor = (sent * everyMsOf(all)) / 1_000;
  return `the drill as planned makes about ${sent.toFixed(1)} requests a second, and ${rateText(all)} allow ${(1_000 / everyMsOf(all)).toFixed(1)}: it would fall behind, and leave out what comes too late. Set thinkMs to ${Math.ceil(plan.thinkMs * factor)} (it is ${plan.thinkMs}), or take fewer sessions`;
}

/** Those of the load; the first troupe stands for all. */
export function stepCount(plan: PlanInput): number {
  let steps = 0;
  for (const session of planTroupe(plan, 0)) steps += session.steps.length;
  return Math.round((steps * plan.lanes) / Math.min(plan.lanes, troupeLanes));
}

const requestsWithin = (rate: Rate, ms: number): number => Math.floor(burstOf(rate) + ms / everyMsOf(rate));

const rateText = ({ requests, perMs }: Rate): string =>
  `${countText(requests)} requests in ${perMs % 1_000 === 0 ? `${perMs / 1_000} s` : `${perMs} ms`}`;

const advice = (all: Rate, { lanes }: PlanInput): string =>
  `leave thinkMs out, or set it to ${thinkMsWithin({ all }, lanes)}, or take fewer sessions`;
