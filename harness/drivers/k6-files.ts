// What k6 is told by file: the plan's input without its code, the accounts, and how k6 is to run it: one user for each lane,
// one iteration for each session of the busiest lane, nothing shared between sessions.

import { clinicians, halfHousehold } from '../../fixtures/cohort.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { troupeLanes } from '../plan.ts';
import { latenessMaxMs, type PlanInput, planTroupe } from '../planner.ts';
import type { Account, Target } from '../targets/target.ts';
import { actionTimeoutMs } from './client.ts';
import type { ConnectTo } from './connect-to.ts';
import type { DriveInput } from './drive.ts';
import type { K6Config } from './k6-config.ts';

/** Between k6's readiness and the plan's time 0 lies less than this. */
const leadMaxMs = 60_000;

export type PlannedLoad = Pick<
  DriveInput,
  'plan' | 'run' | 'connection' | 'accountOf' | 'clinicianAccountOf' | 'turns'
> & {
  readonly target: Pick<Target, 'source'>;
};

export function configFor(
  { plan, run, connection, target, turns }: PlannedLoad,
  desk: string,
  startWaitMs: number,
): K6Config {
  const { mix, ...rest } = plan;
  return {
    run,
    plan: rest,
    mix: mix.map(({ scenario, weight }) => ({ name: scenario.name, weight })),
    connection: { ...connection, origin: new URL(connection.origin).origin },
    desk,
    startWaitMs,
    ...(turns && { takesTurns: true }),
    ...(target.source && { source: target.source }),
    options: optionsFor(plan, startWaitMs, connection.connectTo),
  };
}

function optionsFor(plan: PlanInput, startWaitMs: number, connectTo: ConnectTo | undefined): object {
  return {
    scenarios: {
      load: {
        executor: 'per-vu-iterations',
        vus: plan.lanes,
        iterations: Math.max(1, sessionsOfBusiestLane(plan)),
        maxDuration: `${leadMaxMs + plan.durationMs + latenessMaxMs + actionTimeoutMs}ms`,
        gracefulStop: '0s',
      },
    },
    // Every session has its own connection.
    noVUConnectionReuse: true,
    ...(connectTo && { hosts: connectTo }),
    setupTimeout: `${startWaitMs}ms`,
    // What k6 measures is not used; each tag would cost.
    systemTags: [],
  };
}

/** k6 wants to know the number of iterations beforehand; lanes with fewer sessions idle through the rest. */
export function sessionsOfBusiestLane(plan: PlanInput): number {
  let busiest = 0;
  for (let troupe = 0; troupe * troupeLanes < plan.lanes; troupe++) {
    const counts = new Map<number, number>();
    for (const { lane } of planTroupe(plan, troupe)) counts.set(lane, (counts.get(lane) ?? 0) + 1);
    busiest = Math.max(busiest, ...counts.values());
  }
  return busiest;
}

/** By patient; null where nobody was enrolled. */
export function accountsFor({ plan, accountOf }: PlannedLoad): (Account | null)[] {
  const patients = Array.from({ length: plan.lanes * halfHousehold }, (_, index) => patientIndex(index));
  return patients.map((patient) => enrolledOnly(() => accountOf(patient)));
}

/** By clinician. */
export function clinicianAccountsFor({ clinicianAccountOf }: PlannedLoad): (Account | null)[] {
  return clinicians.map((clinician) => enrolledOnly(() => clinicianAccountOf(clinician)));
}

function enrolledOnly(account: () => Account): Account | null {
  try {
    return account();
  } catch {
    return null;
  }
}
