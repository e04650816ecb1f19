// session-swap: an answer that says who the session is names another, or one session value reached two people.
// A value may be rolled, or given again to the same patient, as the target likes; it must never be seen at somebody else.
import type { Operation } from '../history.ts';
import type { Violation } from '../verdict.ts';
import { type Check, ofSighting, showsIdentity, violation } from './check.ts';
import { nameOfValue } from './session-values.ts';
import { viewerOf } from './viewer.ts';
import type { World } from './world.ts';

export const sessionSwap: Check = {
  rule: 'session-swap',
  *operation(op, allSeen, world) {
    for (const seen of allSeen) {
      if (seen.access === 'foreign' && showsIdentity(op, seen.sighting)) {
        yield ofSighting('session-swap', op, seen, world);
      }
    }
    yield* sharedValues(op, world);
  },
};

function* sharedValues(op: Operation, world: World): Generator<Violation> {
  const { firstHolders, sharedNames } = world.sessionValues;
  for (const value of new Set(op.sessionValues)) {
    const holder = firstHolders.get(value);
    if (holder === undefined || sharedNames.has(nameOfValue(value))) continue;
    // The same person again, or nobody signed in at either end: then nobody's session was handed on.
    if (viewerOf(holder) === viewerOf(op)) continue;
    // A clinician is no owner of anything: of two clinicians, none is named as the one who was exposed.
    const owner = holder.patient ?? op.patient;
    if (owner === null) continue;
    yield violation('session-swap', op, op.exchanges.at(-1), world, {
      owner,
      item: 'session value',
      reach: 'listed',
      where: `session value first given to ${holder.session}`,
      encoding: 'plain',
    });
  }
}
