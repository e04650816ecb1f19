// Whether the history of a plan can be judged on this machine: the judge holds every operation at once.
import { getHeapStatistics } from 'node:v8';
import { troupeLanes } from './plan.ts';
import { type PlanInput, planTroupe } from './planner.ts';

/** Measured, with the judge's own views of a line. */
const heapBytesPerOperation = 2_300;
const heapShareMax = 0.8;

/** What is wrong, or null. The first troupe stands for all. */
export function capacityProblem(plan: PlanInput, heapBytesMax = getHeapStatistics().heap_size_limit): string | null {
  const operationsMax = Math.floor((heapBytesMax * heapShareMax) / heapBytesPerOperation);
  const troupes = Math.ceil(plan.lanes / troupeLanes);
  let steps = 0;
  for (const session of planTroupe(plan, 0)) {
    steps += session.steps.length;
    if (steps * troupes > operationsMax) break;
  }
  if (steps * troupes <= operationsMax) return null;
  return `the plan has more than ${operationsMax.toLocaleString('en')} operations, and the judge has memory for no more. Shorten the drill, take fewer sessions, raise thinkMs, or give Node more memory (NODE_OPTIONS=--max-old-space-size=<MB>).`;
}
