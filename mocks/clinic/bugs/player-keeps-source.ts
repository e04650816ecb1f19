// Mechanism: the player was emptied by leaving the page, as the browser does by itself. Since pages change without being left, signing
// out and signing in as another leave it alone, and it goes on.
// Trigger: in one tab A plays a recording and signs out, and B signs in, while it plays.
// Must ring: foreign-recording, by pixels alone: lists, pages and the network say nothing. Who closed the player sees nothing.
// Incident: none named in public (single-page applications; the class is what a change of navigation does to old habits).
import { type Bug, everywhere } from './bug.ts';
import { withAssets } from './shared-device.ts';

export const playerKeepsSource: Bug = {
  id: 'player-keeps-source',
  incident: 'players that outlive a sign-out (library evidence)',
  link: null,
  topologies: everywhere,
  seams: { assetFile: withAssets({ 'player-emptying.js': 'player-emptying-when-left.js' }) },
};
