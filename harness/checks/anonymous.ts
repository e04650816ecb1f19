// anonymous: anything personal in the answer to a client that never showed credentials.
import { type Check, ofSighting, seenBy } from './check.ts';

export const anonymous: Check = {
  rule: 'anonymous',
  *operation(op, world) {
    for (const seen of seenBy(op, world)) {
      if (seen.access === 'anonymous') yield ofSighting('anonymous', op, seen, world);
    }
  },
};
