// foreign-listing: a title, file name or server-issued id of another's consultation stood on a list or page.
// Ids are the second witness: they are reported only where no canary of that owner already tells the same.
import type { Operation } from '../history.ts';
import type { Violation } from '../verdict.ts';
import { type Check, ofSighting, violation } from './check.ts';
import { accessOf } from './rights.ts';
import type { World } from './world.ts';

const idCharsMax = 64;

export const foreignListing: Check = {
  rule: 'foreign-listing',
  *operation(op, allSeen, world) {
    const told = new Set<number>();
    for (const seen of allSeen) {
      if (seen.access !== 'foreign') continue;
      const { kind, owner } = seen.sighting;
      if (kind !== 'title' && kind !== 'file-name') continue;
      told.add(owner);
      yield ofSighting('foreign-listing', op, seen, world);
    }
    yield* foreignIds(op, world, told);
  },
};

function* foreignIds(op: Operation, world: World, told: ReadonlySet<number>): Generator<Violation> {
  if (op.action !== 'view-history' || op.patient === null) return;
  const exchange = op.exchanges.at(-1);
  for (const id of new Set(op.listedIds)) {
    const owner = world.idOwners.get(id);
    if (owner === undefined || owner === op.patient || told.has(owner)) continue;
    if (accessOf(op, exchange, owner, world.rights, world.declares) !== 'foreign') continue;
    yield violation('foreign-listing', op, exchange, world, {
      owner,
      item: `id ${id.slice(0, idCharsMax)}`,
      reach: 'listed',
      where: 'listed ids',
      encoding: 'plain',
    });
  }
}
