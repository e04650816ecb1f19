// Mechanism: a call that is switched to video goes on as a new call that nobody gave a key, so its recording is kept under the default
// one. All switched calls meet there, and whoever has one is shown, and may play, all of them.
// Trigger: two patients switch a call from audio to video.
// Must ring: foreign-listing and foreign-recording, for patients with a switched call only.
// Incident: Babylon, June 2020. The company named the feature; the mechanism was never published, so this is a conjecture.
import { type Bug, everywhere } from './bug.ts';

const defaultCallKey = '00000000-0000-0000-0000-000000000000';

export const callSwitch: Bug = {
  id: 'call-switch',
  incident: 'Babylon, June 2020 (mechanism unpublished: a conjecture)',
  link: null,
  topologies: everywhere,
  seams: { switchedCallKey: () => defaultCallKey },
};
