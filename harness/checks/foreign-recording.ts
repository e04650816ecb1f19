// foreign-recording: bytes of a recording reached somebody without a right to it. It was viewed, not only listed.
import { type Check, ofSighting } from './check.ts';

export const foreignRecording: Check = {
  rule: 'foreign-recording',
  *operation(op, allSeen, world) {
    for (const seen of allSeen) {
      if (seen.access === 'foreign' && seen.sighting.kind === 'recording') {
        yield ofSighting('foreign-recording', op, seen, world);
      }
    }
  },
};
