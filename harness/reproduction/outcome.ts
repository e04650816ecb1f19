// What one trial came to, judged by the oracle from its history: the same finding again, or silence, with what makes that silence worth
// less, or nothing at all, because the plan did not happen. A pure function.
import { buildWorld, type World } from '../checks/world.ts';
import type { HistoryLine, Operation } from '../history.ts';
import { examine, isLeak, judgeAlarm } from '../oracle.ts';
import type { Declarations } from '../targets/target.ts';
import type { Finding, Violation } from '../verdict.ts';
import type { ExplicitPlan } from './explicit-plan.ts';
import { isSame, type Wanted, wantedText } from './wanted.ts';

export type Outcome =
  | { readonly kind: 'reproduced'; readonly violation: Violation }
  | {
      readonly kind: 'silent';
      /** Why it proves less than it might; empty: everything happened, and nothing leaked. */
      readonly doubts: readonly string[];
      /** Leaks, but other ones. */
      readonly others: readonly string[];
    }
  | { readonly kind: 'void'; readonly why: string };

export interface OutcomeOptions {
  readonly declares: Declarations;
  readonly strict: boolean;
  readonly wanted: Wanted;
  readonly plan: ExplicitPlan;
  /** The alarm was to ring after the load. */
  readonly alarm: boolean;
}

export function outcomeOf(lines: readonly HistoryLine[], options: OutcomeOptions): Outcome {
  const { declares, strict, wanted } = options;
  const world = buildWorld(lines, declares);
  const leaks = examine(world, strict).findings.filter(({ rule }) => isLeak(rule, strict));
  const found = leaks.find((finding) => isSame(wanted, finding));
  if (found) return { kind: 'reproduced', violation: found.first };
  const why = whyVoid(world, options.plan);
  if (why !== null) return { kind: 'void', why };
  return { kind: 'silent', doubts: doubtsOf(world, options), others: leaks.map((leak: Finding) => wantedText(leak)) };
}

function whyVoid(world: World, { sessions, faults }: ExplicitPlan): string | null {
  for (const [phase, { failed }] of world.phases) {
    if (failed !== null && phase !== 'unseed') return `${phase} failed: ${failed}`;
  }
  if (sessions.length > 0 && world.operations.length === 0) return 'nothing was done';
  const unserved = [...world.skippedFor.keys()].find(
    (why) => why !== 'nothing to play' && why !== 'no link was posted',
  );
  if (unserved !== undefined) return unserved;
  for (const { id, kind } of faults) {
    const window = world.faults.find((fault) => fault.id === id);
    if (window === undefined || window.openedAt === null)
      return `the fault ${kind} was not injected: ${window?.failure ?? 'its time did not come'}`;
  }
  if (world.operations.some((op) => showsResidue(op, world.run.run)))
    return 'what an earlier trial left was shown, which says nothing of this one';
  return null;
}

/** Whoever is shown what was made by an earlier trial may not have been shown, for that reason, what this one made. */
const showsResidue = ({ exchanges }: Operation, run: number): boolean =>
  exchanges.some(({ sightings }) => sightings.some((sighting) => sighting.run !== run));

function doubtsOf(world: World, { wanted, alarm, plan }: OutcomeOptions): string[] {
  const unproved = world.faults.filter(({ bit }) => !bit).map(({ kind }) => `the fault ${kind} was not seen to bite`);
  const answered = world.operations.some(({ exchanges }) =>
    exchanges.some(
      ({ method, route, status }) => `${method} ${route}` === wanted.route && status >= 200 && status < 300,
    ),
  );
  const asked = plan.sessions.length === 0 || answered ? [] : [`${wanted.route} gave no whole answer`];
  const rings = judgeAlarm(world, ['list']).filter(({ phase }) => phase === 'after');
  const mute = alarm && !rings.some(({ rang }) => rang) ? ['the alarm did not ring'] : [];
  return [...unproved, ...asked, ...mute];
}
