// afterlife: personal data after the right to it had ended (sign-out, withdrawal, erasure, each plus the bound that the target
// declares). An erased owner's data are afterlife whoever sees them, besides any other rule that this breaks.
import { type Check, ofSighting } from './check.ts';
import { isErased } from './rights.ts';

export const afterlife: Check = {
  rule: 'afterlife',
  *operation(op, allSeen, world) {
    for (const seen of allSeen) {
      if (seen.access === 'afterlife' || isErased(op, seen.sighting.owner, world.rights)) {
        yield ofSighting('afterlife', op, seen, world);
      }
    }
  },
};
