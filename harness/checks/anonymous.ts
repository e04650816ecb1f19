// anonymous: anything personal in the answer to a client that never showed credentials.
import { type Check, ofSighting } from './check.ts';

export const anonymous: Check = {
  rule: 'anonymous',
  *operation(op, allSeen, world) {
    for (const seen of allSeen) {
      if (seen.access === 'anonymous') yield ofSighting('anonymous', op, seen, world);
    }
  },
};
