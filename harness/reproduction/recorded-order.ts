// The plan of what really happened around a violation: each operation at the moment at which it was begun, and broken off when it was
// broken off. The seed fixes what sessions mean to do; this fixes, as nearly as clocks allow, the race that came of it.
import type { HistoryLine, Operation } from '../history.ts';
import type { SessionPlan, Step } from '../plan.ts';
import { type ExplicitPlan, tidy, withoutBarrier } from './explicit-plan.ts';
import { inMoments } from './moments.ts';
import { cutOut, type Neighbourhood } from './neighbourhood.ts';
import { loadZeroOf } from './plan-time.ts';

const untilAbortMinMs = 1;

/** Of the neighbourhood's sessions, what was begun within its time. What was planned and never begun is left out. */
export function recordedOrder(
  { plan, cut }: Pick<Neighbourhood, 'plan' | 'cut'>,
  original: ExplicitPlan,
  lines: readonly HistoryLine[],
): ExplicitPlan {
  const zero = loadZeroOf(lines);
  const bySession = new Map<string, Operation[]>();
  for (const line of lines) {
    if (line.t !== 'operation' || line.alarm === true) continue;
    bySession.set(line.session, [...(bySession.get(line.session) ?? []), line]);
  }
  const wanted = new Set(plan.sessions.map(({ id }) => id));
  const begun = original.sessions
    .filter(({ id }) => wanted.has(id))
    .map((session): SessionPlan => {
      const operations = matched(session.steps, bySession.get(session.id) ?? []);
      const steps = session.steps.flatMap((step, position): Step[] => {
        const op = operations[position];
        return op ? [asBegun(step, op, zero)] : [];
      });
      return { ...session, steps };
    });
  const kinds = new Set(plan.faults.map(({ id }) => id));
  const faults = original.faults
    .filter(({ id }) => kinds.has(id))
    .map((fault) => ({ ...fault, ...injectedAt(fault.id, lines, zero) }));
  return tidy(together({ ...plan, sessions: cutOut(begun, cut), faults }));
}

/** For each step the operation that it became; undefined where there is none. A sign-in tried again is the first one's. */
function matched(steps: readonly Step[], operations: readonly Operation[]): (Operation | undefined)[] {
  const inOrder = operations.toSorted((one, other) => one.startedAt - other.startedAt);
  let next = 0;
  return steps.map(({ action }) => {
    const found = inOrder.findIndex((op, at) => at >= next && op.action === action.kind);
    if (found < 0) return undefined;
    next = found + 1;
    return inOrder[found];
  });
}

function asBegun(step: Step, op: Operation, zero: number): Step {
  const atMs = Math.max(0, op.startedAt - zero);
  const abortAfterMs = step.abortAfterMs ?? Math.max(untilAbortMinMs, Math.round(op.endedAt - op.startedAt));
  const { barrier, ...alone } = step;
  return {
    ...alone,
    atMs,
    ...(barrier && { barrier: { ...barrier, atMs } }),
    ...(op.outcome === 'aborted' && { abortAfterMs }),
  };
}

function injectedAt(id: string, lines: readonly HistoryLine[], zero: number): { atMs?: number } {
  const line = lines.find((each) => each.t === 'fault' && each.id === id && each.event === 'injected');
  return line?.t === 'fault' ? { atMs: Math.max(0, line.at - zero) } : {};
}

/** One barrier for all that began at one moment, whatever released it on the day. */
function together(plan: ExplicitPlan): ExplicitPlan {
  const all = plan.sessions.flatMap(({ id, steps }) =>
    steps.map(({ atMs }, position) => ({ actor: id, position, atMs })),
  );
  const { begun, moments } = inMoments(all);
  const placeOf = (actor: string, position: number): string => `${actor} ${position}`;
  const momentOf = new Map(begun.map(({ actor, position, moment }) => [placeOf(actor, position), moment]));
  const sessions = plan.sessions.map((session) => ({
    ...session,
    steps: session.steps.map((step, position): Step => {
      const number = momentOf.get(placeOf(session.id, position)) ?? 0;
      const moment = moments[number];
      if (!moment || moment.parties < 2) return withoutBarrier(step);
      const { parties, atMs } = moment;
      return { ...step, atMs, barrier: { name: `recorded ${number + 1}`, parties, atMs } };
    }),
  }));
  return { ...plan, sessions };
}
