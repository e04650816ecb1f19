// foreign-recording: bytes of a recording reached somebody without a right to it. It was viewed, not only listed.
import { type Check, ofSighting, seenBy } from './check.ts';

export const foreignRecording: Check = {
  rule: 'foreign-recording',
  *operation(op, world) {
    for (const seen of seenBy(op, world)) {
      if (seen.access === 'foreign' && seen.sighting.kind === 'recording') {
        yield ofSighting('foreign-recording', op, seen, world);
      }
    }
  },
};
