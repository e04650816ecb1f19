// The rules of the oracle, the gravest first. A new rule is a file beside this one and a line here.
import { afterlife } from './afterlife.ts';
import { anonymous } from './anonymous.ts';
import type { Check } from './check.ts';
import { foreignIdentity } from './foreign-identity.ts';
import { foreignListing } from './foreign-listing.ts';
import { foreignRecording } from './foreign-recording.ts';
import { latent } from './latent.ts';
import { misattributedWrite } from './misattributed-write.ts';
import { missingOwn } from './missing-own.ts';
import { sessionSwap } from './session-swap.ts';

export const checks: readonly Check[] = [
  foreignRecording,
  sessionSwap,
  foreignListing,
  foreignIdentity,
  anonymous,
  afterlife,
  misattributedWrite,
  latent,
  missingOwn,
];
