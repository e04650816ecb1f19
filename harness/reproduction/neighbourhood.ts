// Where in a run the violation lies: the sessions and faults that may have had a hand in it, the nearest guess first and everything up
// to that moment last. Cutting down begins with the smallest of them that still leaks.

import type { PatientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine } from '../history.ts';
import type { PlannedFault, SessionPlan, Step } from '../plan.ts';
import type { Violation } from '../verdict.ts';
import { type ExplicitPlan, tidy } from './explicit-plan.ts';
import { begunMsOf, loadZeroOf } from './plan-time.ts';

export interface Neighbourhood {
  /** As in `the 3 s before it`. */
  readonly name: string;
  readonly plan: ExplicitPlan;
  /** What of the run's time it is. */
  readonly cut: Cut;
}

export interface Cut {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Sessions run late; what a plan has by then was perhaps not yet done. */
const afterMs = 500;
/** Who signs in just before what counts of their session. */
const signInLeadMs = 500;
/** How long before the violation a fault that has ended may have mattered. */
const faultReachMs = 6_000;
const windowsMs = [3_000, 12_000] as const;
const ownersReachMs = 8_000;

export interface Recorded {
  readonly whole: ExplicitPlan;
  readonly lines: readonly HistoryLine[];
}

export function neighbourhoodsOf({ whole, lines }: Recorded, violation: Violation): readonly Neighbourhood[] {
  const momentMs = violation.at - loadZeroOf(lines);
  const begunMs = begunMsOf(violation, lines);
  const before = (fromMs: number): Cut => ({ fromMs, untilMs: momentMs + afterMs });
  const withPeople = (plan: Omit<ExplicitPlan, 'seed' | 'people'>): ExplicitPlan =>
    tidy({ ...whole, ...plan, people: involved(violation) });
  const near = before(begunMs - ownersReachMs);
  const faultsNear = faultsBefore(whole.faults, momentMs);
  const inWindow = (ms: number): ExplicitPlan => {
    const cut = before(begunMs - ms);
    return withPeople({
      sessions: cutOut(whole.sessions, cut),
      faults: faultsIn(whole.faults, Math.min(cut.fromMs, momentMs - faultReachMs), momentMs),
    });
  };
  return [
    {
      name: 'the sessions of both and of their scenes',
      plan: withPeople({
        sessions: cutOut(companions(whole.sessions, violation), near),
        faults: faultsNear,
      }),
      cut: near,
    },
    ...windowsMs
      .filter((ms) => ms < begunMs)
      .map((ms) => ({
        name: `everybody in the ${ms / 1_000} s before it`,
        plan: inWindow(ms),
        cut: before(begunMs - ms),
      })),
    { name: 'everything up to it', plan: { ...inWindow(begunMs), people: whole.people }, cut: before(0) },
  ];
}

const involved = ({ viewer, owner }: Violation): PatientIndex[] =>
  [viewer, owner].filter((patient): patient is PatientIndex => patient !== null);

/** The viewer's session, the owner's, and whoever plays in a scene with either. */
function companions(sessions: readonly SessionPlan[], { session, owner }: Violation): SessionPlan[] {
  const sceneOf = ({ id }: Pick<SessionPlan, 'id'>): string => id.split('-')[0] ?? id;
  const scene = sceneOf({ id: session });
  return sessions.filter((each) => sceneOf(each) === scene || each.patient === owner || each.id === session);
}

/** Of each session that acts within, the steps within, and what it needs before them. */
export function cutOut(sessions: readonly SessionPlan[], { fromMs, untilMs }: Cut): SessionPlan[] {
  return sessions.flatMap((session): SessionPlan[] => {
    const within = session.steps.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
    const [first] = within;
    if (!first) return [];
    const before = session.steps.filter(({ atMs, action }) => atMs < fromMs && isNeeded(action.kind));
    const lead = before.map((step): Step => {
      const atMs = Math.max(step.atMs, first.atMs - signInLeadMs);
      const { barrier: _, ...alone } = step;
      return { ...alone, atMs };
    });
    return [{ ...session, steps: [...lead, ...within] }];
  });
}

/** What later steps of a session refer to. */
const isNeeded = (kind: Step['action']['kind']): boolean => kind === 'sign-in' || kind === 'book' || kind === 'share';

/** Open then or shortly before; where none was, the last one that began before. The nearest first. */
export const faultsBefore = (faults: readonly PlannedFault[], momentMs: number): readonly PlannedFault[] =>
  faultsIn(faults, momentMs - faultReachMs, momentMs).toSorted((one, other) => other.atMs - one.atMs);

/** Open within, and where none is, the last one that began before. */
function faultsIn(faults: readonly PlannedFault[], fromMs: number, untilMs: number): PlannedFault[] {
  const open = faults.filter(({ atMs, forMs }) => atMs <= untilMs && atMs + forMs >= fromMs);
  if (open.length > 0) return open;
  const earlier = faults.filter(({ atMs }) => atMs <= untilMs);
  return earlier.slice(-1);
}
