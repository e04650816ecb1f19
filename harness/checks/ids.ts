// Whose a server-issued id is, learned from bookings and from lists of one's own. Ids are the second witness beside the canaries:
// on another's list they are a sighting, and so is an id that was given to one patient and then to another.
import type { Operation } from '../history.ts';

export interface KnownId {
  /** To whom it was given first. */
  readonly owner: number;
  /** The consultation it was given to, where it was made in this run. */
  readonly item: number | null;
  /** Everybody who was given it as the id of something they had just made; more than one only where ids are issued again. */
  readonly makers: ReadonlySet<number>;
}

/** Answers that list things of one's own, whole or in part. */
const listing: ReadonlySet<Operation['action']> = new Set(['view-history', 'turn-page', 'view-consultation', 'listen']);

export const listsOwn = (op: Operation): boolean => listing.has(op.action) && op.of === undefined;

/** `operations` in order of start. An answer on which another's canaries stand teaches nothing: its ids may be theirs. */
export function buildIds(operations: readonly Operation[]): Map<string, KnownId> {
  const known = new Map<string, KnownId & { makers: Set<number> }>();
  for (const op of operations) {
    if (op.action !== 'book' || op.outcome !== 'ok' || op.patient === null || !isClean(op)) continue;
    for (const id of op.createdIds ?? []) {
      const first = known.get(id) ?? { owner: op.patient, item: op.item ?? null, makers: new Set<number>() };
      first.makers.add(op.patient);
      known.set(id, first);
    }
  }
  for (const op of operations) {
    if (op.patient === null || !listsOwn(op) || !isClean(op)) continue;
    for (const id of op.listedIds ?? []) {
      if (!known.has(id)) known.set(id, { owner: op.patient, item: null, makers: new Set() });
    }
  }
  return known;
}

const isClean = (op: Operation): boolean =>
  op.exchanges.every((exchange) => exchange.sightings.every((seen) => seen.owner === op.patient));
