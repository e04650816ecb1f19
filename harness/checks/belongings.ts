// What each patient owns, and what their own complete lists showed of it: the ground for saying that something is missing.
// A list says something only of things that surely existed before it was asked for and surely were not removed by then.
import type { Operation, Sighting } from '../history.ts';
import { itemKey } from './care.ts';
import { listUnder } from './list-under.ts';
import { mayHaveHappened } from './rights.ts';
import type { Stretch } from './windows.ts';

interface Life {
  existsFromMs: number;
  /** From here on it may be gone. */
  goneFromMs: number;
  /** From here on its recording must be on the list. */
  recordedFromMs: number;
  /** It was booked when writes were being lost: nobody can say whether it exists. */
  mayBeLost: boolean;
}

/** One whole answer to "my history", and the own items on it. */
export interface OwnView {
  readonly op: Operation;
  readonly patient: number;
  readonly titles: ReadonlySet<number>;
  readonly fileNames: ReadonlySet<number>;
}

export interface Belongings {
  readonly lives: ReadonlyMap<number, ReadonlyMap<number, Readonly<Life>>>;
  /** In order of start. */
  readonly viewsOf: ReadonlyMap<number, readonly OwnView[]>;
  /** First booking of an item, by `itemKey`; a refused one wrote nothing, and one that may have been lost is not here. */
  readonly bookings: ReadonlyMap<string, Operation>;
  /** From here on a patient may be gone with all they had. */
  readonly erasedFromMs: ReadonlyMap<number, number>;
}

export function buildBelongings(
  operations: readonly Operation[],
  enrolled: ReadonlyMap<number, readonly number[]>,
  erasures: readonly { readonly patient: number; readonly at: number }[],
  recordingReadyBoundMs: number,
  losses: readonly Stretch[] = [],
): Belongings {
  const lives = new Map<number, Map<number, Life>>();
  const viewsOf = new Map<number, OwnView[]>();
  const bookings = new Map<string, Operation>();
  const erasedFromMs = new Map<number, number>();
  for (const [patient, items] of enrolled) {
    // What was enrolled came with its recording.
    for (const item of items) Object.assign(lifeOf(lives, patient, item), { existsFromMs: 0, recordedFromMs: 0 });
  }
  const eraseFrom = (patient: number, atMs: number): void => {
    erasedFromMs.set(patient, Math.min(atMs, erasedFromMs.get(patient) ?? Number.POSITIVE_INFINITY));
  };
  for (const erasure of erasures) eraseFrom(erasure.patient, erasure.at);
  for (const op of operations) {
    if (op.patient === null) continue;
    if (op.item !== undefined) liveOn(lifeOf(lives, op.patient, op.item), op, recordingReadyBoundMs, losses);
    if (op.action === 'book' && op.item !== undefined && mayHaveHappened(op)) {
      const key = itemKey(op.patient, op.item);
      const life = lifeOf(lives, op.patient, op.item);
      if (!bookings.has(key) && !life.mayBeLost) bookings.set(key, op);
    }
    if (op.action === 'erase' && mayHaveHappened(op)) eraseFrom(op.patient, op.startedAt);
    if (isWholeOwnView(op)) {
      listUnder(viewsOf, op.patient, ownView(op, op.patient));
    }
  }
  for (const [patient, fromMs] of erasedFromMs) {
    for (const life of lives.get(patient)?.values() ?? []) life.goneFromMs = Math.min(life.goneFromMs, fromMs);
  }
  return { lives, viewsOf, bookings, erasedFromMs };
}

function lifeOf(lives: Map<number, Map<number, Life>>, patient: number, item: number): Life {
  const items = lives.get(patient) ?? new Map<number, Life>();
  lives.set(patient, items);
  const never = Number.POSITIVE_INFINITY;
  const life = items.get(item) ?? { existsFromMs: never, goneFromMs: never, recordedFromMs: never, mayBeLost: false };
  items.set(item, life);
  return life;
}

function liveOn(life: Life, op: Operation, recordingReadyBoundMs: number, losses: readonly Stretch[]): void {
  const isDuring = (untilMs: number) => (loss: Stretch) => loss.fromMs <= untilMs && loss.untilMs >= op.startedAt;
  if (op.action === 'book' && mayHaveHappened(op)) {
    // Whatever a retry under the same key was told afterwards may be the stored answer to what was lost.
    if (life.existsFromMs >= op.startedAt) life.mayBeLost ||= losses.some(isDuring(op.endedAt));
    if (op.outcome === 'ok') life.existsFromMs = Math.min(life.existsFromMs, op.endedAt);
  }
  if (op.action === 'cancel' && mayHaveHappened(op)) life.goneFromMs = Math.min(life.goneFromMs, op.startedAt);
  if (op.action === 'end-call' && op.outcome === 'ok' && !losses.some(isDuring(op.endedAt))) {
    const readyMs = op.endedAt + recordingReadyBoundMs;
    // It was about to be stored, and that is done anew.
    const resumedMs = losses.filter(isDuring(readyMs)).map(({ untilMs }) => untilMs + recordingReadyBoundMs);
    life.recordedFromMs = Math.min(life.recordedFromMs, Math.max(readyMs, ...resumedMs));
  }
}

function isWholeOwnView(op: Operation): boolean {
  return (
    op.action === 'view-history' &&
    op.of === undefined &&
    op.outcome === 'ok' &&
    op.signedIn === 'yes' &&
    op.complete === true &&
    op.exchanges.length > 0 &&
    op.exchanges.every((exchange) => exchange.partial !== true)
  );
}

function ownView(op: Operation, patient: number): OwnView {
  const sightings = op.exchanges.flatMap((exchange) => exchange.sightings).filter((seen) => seen.owner === patient);
  const items = (kind: Sighting['kind']): Set<number> =>
    new Set(sightings.filter((seen) => seen.kind === kind).map((seen) => seen.item));
  return { op, patient, titles: items('title'), fileNames: items('file-name') };
}

/** Own things that had to be on this list: what they are, and whether they were there. */
export function* dueOn(view: OwnView, belongings: Belongings): Generator<{ thing: string; there: boolean }> {
  for (const [item, life] of belongings.lives.get(view.patient) ?? []) {
    if (life.mayBeLost || life.existsFromMs >= view.op.startedAt || life.goneFromMs <= view.op.endedAt) continue;
    yield { thing: `title ${item}`, there: view.titles.has(item) };
    if (life.recordedFromMs < view.op.startedAt) {
      yield { thing: `file-name ${item}`, there: view.fileNames.has(item) };
    }
  }
}

/** Something of the patient's own surely existed all through the operation. */
export function ownsSomethingDuring(op: Operation, belongings: Belongings): boolean {
  if (op.patient === null) return false;
  const lives = [...(belongings.lives.get(op.patient)?.values() ?? [])];
  return lives.some((life) => !life.mayBeLost && life.existsFromMs < op.startedAt && life.goneFromMs > op.endedAt);
}
