// A trial of the smallest plan that leaked, with all that was said in it, and the two exchanges that show it.
import { clinicianAccountOf, person } from '../../fixtures/people.ts';
import type { HistoryLine } from '../history.ts';
import { cliniciansNeeded } from '../planner.ts';
import { type Column, sideBySide } from '../reproduction/exchange-text.ts';
import { type ExplicitPlan, planInputOf } from '../reproduction/explicit-plan.ts';
import { type Recorder, recorder, type Said } from '../reproduction/recorder.ts';
import { namesOf } from '../reproduction/sentence.ts';
import { clinicLevers } from '../targets/clinic-levers.ts';
import type { Violation } from '../verdict.ts';
import type { Deployment } from './deployment.ts';
import type { TrialStand } from './trial-stand.ts';
import type { ReproInput } from './write-repro.ts';

/** A trial that leaked, with all that was said in it. */
export interface RecordedLeak {
  readonly lines: readonly HistoryLine[];
  readonly violation: Violation;
  readonly recorder: Recorder;
}

/** Of trials, to have one that leaks on record. */
const recordingsMax = 6;

/** Where faults are requests to its administrator, which can be written down; null elsewhere. */
export function adminOfFaults({ drill: { target }, adminSecret: secret }: Deployment) {
  const { adapter, adminUrl } = target;
  return adapter === 'clinic' && adminUrl && secret ? { adminUrl, secret } : null;
}

/** Null: none of them leaked, or there was no time. */
export async function recordLeak({ stand, found, signal, until }: ReproInput): Promise<RecordedLeak | null> {
  const { target } = stand.deployment;
  const admin = adminOfFaults(stand.deployment);
  const isOver = (trial: number): boolean => signal.aborted || (trial > 0 && Date.now() > until);
  for (let trial = 0; trial < recordingsMax && !isOver(trial); trial++) {
    const record = recorder(Object.values(target.declares.headers));
    const { outcome, lines } = await stand.hold(found.plan, {
      overhear: record.overhear,
      ...(admin && { levers: clinicLevers({ ...admin, fetch: record.fetch }) }),
    });
    if (outcome.kind === 'reproduced') return { lines, violation: outcome.violation, recorder: record };
  }
  return null;
}

/** By name: what the people of a plan's trial have to sign in with. */
export function secretsIn(
  plan: ExplicitPlan,
  { deployment: { adminSecret } }: TrialStand,
  lines: readonly HistoryLine[],
): Map<string, string> {
  const run = lines.find((line) => line.t === 'run')?.run ?? 0;
  const patients = plan.people.map(
    (patient) => [`password ${patient}`, person(plan.seed, run, patient).password] as const,
  );
  const clinicians = cliniciansNeeded(planInputOf(plan)).map(
    (clinician) => [`password clinician ${clinician}`, clinicianAccountOf(plan.seed, run, clinician).password] as const,
  );
  return new Map([...patients, ...clinicians, ...(adminSecret ? [['admin secret', adminSecret] as const] : [])]);
}

export function exchangesOf(input: ReproInput, leak: RecordedLeak): string {
  const { violation, recorder: record } = leak;
  const { found, wanted } = input;
  const isOfRoute = ({ request }: Said): boolean => `${request.method} ${request.route}` === wanted.route;
  const shown = record.said
    .filter((said) => said.actor === violation.session && isOfRoute(said))
    .toSorted((one, other) => Math.abs(one.at - violation.at) - Math.abs(other.at - violation.at))[0];
  if (!shown) return '';
  const owners = new Set(found.plan.sessions.filter(({ patient }) => patient === violation.owner).map(({ id }) => id));
  const own = record.said.findLast((said) => owners.has(said.actor) && said !== shown && isOfRoute(said));
  const planted = record.said.find(
    ({ actor, request }) => actor === 'admin' && request.body !== undefined && !(request.body instanceof Uint8Array),
  );
  const left = own ?? planted;
  const secrets = secretsIn(found.plan, input.stand, leak.lines).values();
  const named = (patient: number | null): string => {
    const at = found.plan.sessions.findIndex((session) => session.patient === patient);
    const name = namesOf(found.plan)[at] ?? 'a patient who only has data';
    return patient === null ? name : `${name} (number ${patient})`;
  };
  const column = (title: string, said: Said, foreign: readonly number[]): Column => ({ title, said, foreign });
  const right = column(`${named(violation.viewer)}, to whom it was shown`, shown, [violation.owner]);
  if (!left) return '';
  return sideBySide(
    column(own ? `${named(violation.owner)}, whose it is` : 'the administrator, making the people', left, []),
    right,
    secrets,
  );
}
