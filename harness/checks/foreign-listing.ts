// foreign-listing: a title, file name, thumbnail or server-issued id of another's consultation stood on a list or page.
// Ids are the second witness: they are reported only where no canary of that owner already tells the same.
import type { Operation } from '../history.ts';
import type { Violation } from '../verdict.ts';
import { type Check, isViewed, ofSighting, violation } from './check.ts';
import { accessOf, isNobodys } from './rights.ts';
import type { World } from './world.ts';

const idCharsMax = 64;

export const foreignListing: Check = {
  rule: 'foreign-listing',
  *operation(op, allSeen, world) {
    const told = new Set<number>();
    for (const seen of allSeen) {
      if (seen.access !== 'foreign') continue;
      const { kind, owner } = seen.sighting;
      const isThumbnail = kind === 'recording' && !isViewed(seen.exchange, seen.sighting);
      if (kind !== 'title' && kind !== 'file-name' && !isThumbnail) continue;
      told.add(owner);
      yield ofSighting('foreign-listing', op, seen, world);
    }
    yield* foreignIds(op, world, told);
  },
};

function* foreignIds(op: Operation, world: World, told: ReadonlySet<number>): Generator<Violation> {
  if (isNobodys(op)) return;
  const created = new Set(op.createdIds);
  for (const id of new Set([...created, ...(op.listedIds ?? [])])) {
    const known = world.ids.get(id);
    if (known === undefined || known.owner === op.patient || told.has(known.owner)) continue;
    // Issued again is one finding, at the issue; after it the id is the new one's too.
    if (!created.has(id) && op.patient !== null && known.makers.has(op.patient)) continue;
    const exchange = op.exchanges.at(-1);
    const access = accessOf(op, exchange, known.owner, world.rights, world.declares, known.item ?? undefined);
    if (access !== 'foreign') continue;
    yield violation('foreign-listing', op, exchange, world, {
      owner: known.owner,
      item: `id ${id.slice(0, idCharsMax)}`,
      reach: 'listed',
      where: created.has(id) ? 'created ids' : 'listed ids',
      encoding: 'plain',
    });
  }
}
