// Who has a part when a moment is played over, and what they do: the viewer, the owner, and some who did the like then or came about the
// same time; each with what they must have done before.
import type { PatientIndex } from '../../fixtures/domain.ts';
import type { ActionKind, SessionPlan, Step } from '../plan.ts';
import type { Violation } from '../verdict.ts';

const castMax = 4;
/** Where it may go by the order in which people came. */
const crowdMax = 20;

/** What may be done again and again, and shows something each time. */
export const repeatable: ReadonlySet<ActionKind> = new Set([
  ...(['who-am-i', 'slots', 'view-consultation', 'view-history', 'turn-page', 'open-odd-path', 'watch'] as const),
  ...(['follow-link', 'export', 'read-inbox', 'view-day'] as const),
]);
/** They go by the list that was seen last. */
const goesByList: ReadonlySet<ActionKind> = new Set(['watch', 'turn-page']);

/** Somebody's part: what they must have done, and what they do over and over. */
export interface Part {
  readonly session: SessionPlan;
  readonly lead: readonly Step[];
  readonly step: Step;
}

/** The viewer, the owner, and those who did the like nearest to that time, or who came next to the two. */
export function castOf(
  sessions: readonly SessionPlan[],
  violation: Violation,
  begunMs: number,
  crowd: boolean,
): readonly Part[] {
  const viewer = sessions.find(({ id }) => id === violation.session);
  const seen = viewer && stepNear(viewer, begunMs, violation.action);
  if (!viewer || viewer.device !== undefined || !seen) return [];
  const near = ({ steps }: SessionPlan): number =>
    Math.min(...steps.map(({ atMs, action }) => (action.kind === seen.action.kind ? Math.abs(atMs - begunMs) : 1e9)));
  const others = sessions
    .filter(({ patient, device }) => patient !== null && patient !== viewer.patient && device === undefined)
    .map((session) => ({
      session,
      apart: session.patient === violation.owner ? -1 : crowd ? apart(session.patient, violation) : 0,
      distance: near(session),
    }))
    .sort((one, other) => one.apart - other.apart || one.distance - other.distance);
  const patients = new Set<number | null>([viewer.patient]);
  const cast = [partOf({ session: viewer, step: seen })];
  for (const { session } of others) {
    const step = stepNear(session, begunMs, seen.action.kind) ?? (repeatable.has(seen.action.kind) ? seen : undefined);
    if (cast.length >= (crowd ? crowdMax : castMax)) break;
    if (patients.has(session.patient) || !step) continue;
    patients.add(session.patient);
    cast.push(partOf({ session, step }));
  }
  return cast;
}

/** How far outside the two this one came. */
function apart(patient: number | null, { viewer, owner }: Violation): number {
  const [first, last] = [Math.min(viewer ?? owner, owner), Math.max(viewer ?? owner, owner)];
  return Math.max(0, first - (patient ?? last), (patient ?? first) - last);
}

/** All who came between the first of them and the last. */
export function neighboursOf(cast: readonly Part[], people: readonly PatientIndex[]): readonly PatientIndex[] {
  const acting = cast.map(({ session }) => session.patient ?? 0);
  return people.filter((patient) => patient >= Math.min(...acting) && patient <= Math.max(...acting));
}

function stepNear({ steps }: SessionPlan, begunMs: number, kind: string): Step | undefined {
  const distance = ({ atMs }: Step): number => Math.abs(atMs - begunMs);
  const alike = steps.filter(({ action }) => action.kind === kind);
  return alike.toSorted((one, other) => distance(one) - distance(other))[0];
}

/** With what the step refers to: the list that it goes by, the booking that it is about. */
function partOf({ session, step }: Pick<Part, 'session' | 'step'>): Part {
  const ownAt = session.steps.indexOf(step);
  const before = ownAt < 0 ? session.steps : session.steps.slice(0, ownAt);
  const list = goesByList.has(step.action.kind)
    ? before.findLast(({ action }) => action.kind === 'view-history')
    : null;
  const isOfIt = ({ action }: Step): boolean =>
    'item' in action && 'item' in step.action && action.item === step.action.item;
  return {
    session,
    step,
    lead: before.filter((each) => each.action.kind === 'sign-in' || each === list || isOfIt(each)),
  };
}
