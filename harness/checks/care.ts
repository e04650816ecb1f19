// Which clinician treats whom, from when to when: the grant of the consultation's clinician. A stretch of care begins with the enrolment or a
// move, and the first move that surely came after it ends it, with all that was booked in it: the next clinician has only what is
// booked from then on. As everywhere, what may have happened counts in favour of the target.
//
//     enrolled ──────────► move to B ──────────► move to C ─────►
//       A: what was there,   B: what is booked      C: …
//          what is booked       from now on
import type { HistoryLine, Operation, Sighting } from '../history.ts';
import type { Declarations } from '../targets/target.ts';
import { listUnder } from './list-under.ts';

export type CareAccess = 'granted' | 'foreign' | 'afterlife';

interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** One stretch of care. `isFirst`: what the patient was enrolled with belongs to it. */
interface Care extends Stretch {
  readonly clinician: number;
  readonly isFirst: boolean;
}

export interface CareFacts {
  readonly caresOf: ReadonlyMap<number, readonly Care[]>;
  readonly enrolledItems: ReadonlySet<string>;
  /** From when on a clinician has surely lost some patient. */
  readonly lostFromMs: ReadonlyMap<number, number>;
  /** When a consultation may have been booked, by owner and number. */
  readonly bookedIn: ReadonlyMap<string, readonly Stretch[]>;
}

type Enrolled = Pick<Extract<HistoryLine, { t: 'enrolled' }>, 'patient' | 'items' | 'clinician'>;

export const itemKey = (owner: number, item: number): string => `${owner}:${item}`;
const always = Number.POSITIVE_INFINITY;

/** `operations` in order of start. */
export function buildCare(
  operations: readonly Operation[],
  enrolled: readonly Enrolled[],
  declares: Pick<Declarations, 'moveBoundMs'>,
): CareFacts {
  const moves = new Map<number, Operation[]>();
  const bookedIn = new Map<string, Stretch[]>();
  for (const op of operations) {
    if (op.patient === null || op.outcome === 'refused') continue;
    if (op.action === 'move-practice') listUnder(moves, op.patient, op);
    if (op.action === 'book' && op.item !== undefined) {
      // An unanswered booking may be made at any time later.
      const untilMs = op.outcome === 'ok' ? op.endedAt : always;
      listUnder(bookedIn, itemKey(op.patient, op.item), { fromMs: op.startedAt, untilMs });
    }
  }
  const caresOf = new Map<number, Care[]>();
  const enrolledItems = new Set<string>();
  for (const { patient, items, clinician } of enrolled) {
    for (const item of items) enrolledItems.add(itemKey(patient, item));
    if (clinician !== undefined) caresOf.set(patient, caresFrom(clinician, moves.get(patient) ?? [], declares));
  }
  const lostFromMs = new Map<number, number>();
  for (const { clinician, untilMs } of [...caresOf.values()].flat()) {
    lostFromMs.set(clinician, Math.min(untilMs, lostFromMs.get(clinician) ?? always));
  }
  return { caresOf, lostFromMs, enrolledItems, bookedIn };
}

function caresFrom(
  first: number,
  moves: readonly Operation[],
  { moveBoundMs = 0 }: Pick<Declarations, 'moveBoundMs'>,
): Care[] {
  /** The first move that surely was made after `ms`. */
  const endOf = (ms: number): number => {
    const next = moves.find((move) => move.outcome === 'ok' && move.startedAt >= ms);
    return next === undefined ? always : next.endedAt + moveBoundMs;
  };
  return [
    { clinician: first, isFirst: true, fromMs: 0, untilMs: endOf(0) },
    ...moves.flatMap((move): Care[] => {
      if (move.toClinician === undefined) return [];
      // An unanswered move may be made after any later one, so none ends what it begins.
      const untilMs = move.outcome === 'ok' ? endOf(move.endedAt) : always;
      return [{ clinician: move.toClinician, isFirst: false, fromMs: move.startedAt, untilMs }];
    }),
  ];
}

/** The consultation that a canary stands in; undefined where it is the patient's name or another thing of no single one. */
export function consultationIn({ kind, item }: Pick<Sighting, 'kind' | 'item'>): number | undefined {
  if (kind === 'title' || kind === 'note' || kind === 'file-name') return item;
  return kind === 'recording' ? Math.floor(item / 2) : undefined;
}

/** What entitles a clinician to this consultation of `owner`'s, or, without one, to know who `owner` is. */
export function careAccess(
  op: Pick<Operation, 'startedAt' | 'endedAt'>,
  clinician: number,
  owner: number,
  consultation: number | undefined,
  facts: CareFacts,
): CareAccess {
  const begun = (facts.caresOf.get(owner) ?? []).filter(
    (care) => care.clinician === clinician && care.fromMs <= op.endedAt && covers(care, owner, consultation, facts),
  );
  if (begun.length === 0) return 'foreign';
  return begun.some((care) => care.untilMs >= op.startedAt) ? 'granted' : 'afterlife';
}

/** Whether this clinician has had a patient who, when the operation began, was surely no longer theirs. */
export function hasLostSomebody({ clinician, startedAt }: Operation, { lostFromMs }: CareFacts): boolean {
  return clinician !== undefined && (lostFromMs.get(clinician) ?? always) < startedAt;
}

function covers(care: Care, owner: number, consultation: number | undefined, facts: CareFacts): boolean {
  if (consultation === undefined) return true;
  const key = itemKey(owner, consultation);
  if (facts.enrolledItems.has(key)) return care.isFirst;
  // Of a booking that left no line nobody can say when it was made.
  const booked = facts.bookedIn.get(key) ?? [{ fromMs: 0, untilMs: always }];
  return booked.some(({ fromMs, untilMs }) => fromMs <= care.untilMs && untilMs >= care.fromMs);
}
