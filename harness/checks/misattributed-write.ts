// misattributed-write: what A booked turns up under B and never on A's own later lists. One list that lacks it could be a
// stale copy; all of them, and at least one, mean that it was written to the wrong person.
import type { Sighting } from '../history.ts';
import { itemKey } from './care.ts';
import { type Check, ofSighting, seenBy } from './check.ts';
import type { World } from './world.ts';

const writtenKinds: ReadonlySet<Sighting['kind']> = new Set(['title', 'note', 'file-name']);

export const misattributedWrite: Check = {
  rule: 'misattributed-write',
  *finish(world) {
    const lost = new Map<string, boolean>();
    for (const op of world.operations) {
      for (const seen of seenBy(op, world)) {
        const { kind, owner, item } = seen.sighting;
        if (seen.access !== 'foreign' || !writtenKinds.has(kind)) continue;
        const key = itemKey(owner, item);
        const isLost = lost.get(key) ?? isLostToOwner(owner, item, world);
        lost.set(key, isLost);
        if (isLost) yield ofSighting('misattributed-write', op, seen, world);
      }
    }
  },
};

function isLostToOwner(owner: number, item: number, world: World): boolean {
  const { bookings, lives, viewsOf } = world.belongings;
  const booking = bookings.get(itemKey(owner, item));
  if (booking === undefined) return false;
  const goneFromMs = lives.get(owner)?.get(item)?.goneFromMs ?? Number.POSITIVE_INFINITY;
  const later = (viewsOf.get(owner) ?? []).filter(
    ({ op }) => op.startedAt > booking.endedAt && op.endedAt < goneFromMs,
  );
  return later.length > 0 && later.every((view) => !view.titles.has(item));
}
