// foreign-identity: name, e-mail, note or message of another. Where the answer says who the session is, it is session-swap instead.
import { type Check, ofSighting, showsIdentity } from './check.ts';

export const foreignIdentity: Check = {
  rule: 'foreign-identity',
  *operation(op, allSeen, world) {
    for (const seen of allSeen) {
      const { kind } = seen.sighting;
      if (seen.access !== 'foreign' || kind === 'recording' || kind === 'title' || kind === 'file-name') continue;
      if (!showsIdentity(op, seen.sighting)) yield ofSighting('foreign-identity', op, seen, world);
    }
  },
};
