// A plan said outright: these sessions, these people, these faults. What a trial performs, and what shrinking cuts down. It is data
// that may be written to a file and read back.
import type { PatientIndex } from '../../fixtures/domain.ts';
import type { Barrier, PlannedFault, SessionPlan, Step } from '../plan.ts';
import { latenessMaxMs, type PlanInput } from '../planner.ts';

export interface ExplicitPlan {
  /** Of the people: who they are, as on the day. */
  readonly seed: string;
  readonly sessions: readonly SessionPlan[];
  /** Who is there, whether they act or not. */
  readonly people: readonly PatientIndex[];
  readonly faults: readonly PlannedFault[];
  /** Accounts are leased, each patient's is one of them. */
  readonly leased?: boolean;
}

/** What of the plan's time lies before its first event. */
const leadMs = 100;
/** A load without a session would be over before its fault. */
const durationMinMs = 1_000;

/** Whom a session's steps name, besides its own patient. */
function namedIn({ patient, steps }: SessionPlan): number[] {
  const others = steps.flatMap(({ action }) => {
    if (action.kind === 'share') return [action.with];
    if (action.kind === 'withdraw') return [action.from];
    return action.kind === 'view-history' && action.of !== undefined ? [action.of] : [];
  });
  return [...(patient === null ? [] : [patient]), ...others];
}

export const actorsOf = (sessions: readonly SessionPlan[]): PatientIndex[] =>
  [...new Set(sessions.flatMap(namedIn))].sort((one, other) => one - other) as PatientIndex[];

/** What somebody comes for; signing in is the way to it, and goes when their session does. */
export const isDeed = ({ action }: Step): boolean => action.kind !== 'sign-in';

/** Only those that do more than sign in, or are asked for nothing else. */
const doesSomething = ({ steps }: SessionPlan): boolean => steps.length > 0;

/**
 * The plan as it can be performed: sessions without a step are gone, barriers wait for those that still come, lanes are numbered from
 * 0, everybody who acts is there, and the first event lies a moment after the beginning.
 */
export function tidy(plan: ExplicitPlan): ExplicitPlan {
  const acting = plan.sessions.filter(doesSomething);
  const parties = partiesIn(acting);
  const lanes = [...new Set(acting.map(({ lane }) => lane))].sort((one, other) => one - other);
  const firstMs = Math.min(
    ...acting.flatMap(({ steps }) => steps.map(({ atMs }) => atMs)),
    ...plan.faults.map(({ atMs }) => atMs),
  );
  const byMs = Number.isFinite(firstMs) ? leadMs - firstMs : 0;
  return {
    ...plan,
    sessions: acting.map((session) => {
      const steps = session.steps.map((step) => shifted(meeting(step, parties), byMs));
      const startMs = steps[0]?.atMs ?? 0;
      const lastMs = Math.max(startMs, ...steps.map(({ atMs }) => atMs));
      return { ...session, lane: lanes.indexOf(session.lane), startMs, endMs: lastMs + latenessMaxMs, steps };
    }),
    people: [...new Set([...plan.people, ...actorsOf(acting)])].sort((one, other) => one - other),
    faults: plan.faults.map((fault) => ({ ...fault, atMs: fault.atMs + byMs })),
  };
}

function partiesIn(sessions: readonly SessionPlan[]): ReadonlyMap<string, number> {
  const parties = new Map<string, number>();
  for (const { steps } of sessions) {
    for (const { barrier } of steps) if (barrier) parties.set(barrier.name, (parties.get(barrier.name) ?? 0) + 1);
  }
  return parties;
}

function meeting(step: Step, parties: ReadonlyMap<string, number>): Step {
  if (!step.barrier) return step;
  const count = parties.get(step.barrier.name) ?? 1;
  return count > 1 ? { ...step, barrier: { ...step.barrier, parties: count } } : withoutBarrier(step);
}

export function withoutBarrier({ barrier: _, ...step }: Step): Step {
  return step;
}

function shifted(step: Step, byMs: number): Step {
  const moved = { ...step, atMs: step.atMs + byMs };
  return step.barrier ? { ...moved, barrier: { ...step.barrier, atMs: step.barrier.atMs + byMs } } : moved;
}

export const atTime = (step: Step, atMs: number): Step => {
  const barrier: Barrier | undefined = step.barrier && { ...step.barrier, atMs };
  return { ...step, atMs, ...(barrier && { barrier }) };
};

/** As the drivers take it. */
export function planInputOf({ seed, sessions, people, faults, leased }: ExplicitPlan): PlanInput {
  const ends = [...sessions.map(({ endMs }) => endMs), ...faults.map(({ atMs, forMs }) => atMs + forMs)];
  return {
    seed,
    lanes: Math.max(0, ...sessions.map(({ lane }) => lane + 1)),
    ...(leased && { singles: true }),
    durationMs: Math.max(durationMinMs, ...ends),
    thinkMs: 1,
    mix: [],
    faults,
    explicit: { sessions, people },
  };
}

export interface PlanSize {
  readonly sessions: number;
  readonly actions: number;
  readonly faults: number;
  readonly people: number;
  readonly barriers: number;
  readonly aborts: number;
}

export function sizeOf({ sessions, faults, people }: ExplicitPlan): PlanSize {
  const steps = sessions.flatMap((session) => session.steps);
  return {
    sessions: sessions.length,
    actions: steps.length,
    faults: faults.length,
    people: people.length,
    barriers: new Set(steps.flatMap(({ barrier }) => (barrier ? [barrier.name] : []))).size,
    aborts: steps.filter(({ abortAfterMs }) => abortAfterMs !== undefined).length,
  };
}

export const sizeText = (plan: ExplicitPlan): string => {
  const { sessions, actions, faults, people } = sizeOf(plan);
  const some = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
  return [
    some(sessions, 'session', 'sessions'),
    some(actions, 'action', 'actions'),
    some(faults, 'fault', 'faults'),
    some(people, 'person', 'people'),
  ].join(', ');
};
