// foreign-recording: a recording reached somebody without a right to it, its bytes or its picture in a player. It was viewed, not only listed.
import { type Check, isViewed, ofSighting } from './check.ts';

export const foreignRecording: Check = {
  rule: 'foreign-recording',
  *operation(op, allSeen, world) {
    for (const seen of allSeen) {
      if (seen.access === 'foreign' && isViewed(seen.exchange, seen.sighting)) {
        yield ofSighting('foreign-recording', op, seen, world);
      }
    }
  },
};
