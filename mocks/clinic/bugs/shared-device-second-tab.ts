// Mechanism: signing out changes the tab in which it is done. What other tabs show was right when they were opened, and nothing tells
// them that it is not any more.
// Trigger: in one browser A has a second tab open, signs out in the first, and B signs in there; then the second tab is looked at.
// Must ring: foreign-listing, afterlife, on the screen: the network is silent. With a single tab nothing shows.
// Incident: none named in public (shared terminals in wards and libraries).
import { type Bug, everywhere } from './bug.ts';
import { unwatched, withAssets } from './shared-device.ts';

export const sharedDeviceSecondTab: Bug = {
  id: 'shared-device-second-tab',
  incident: 'tabs left open on shared terminals (library evidence)',
  link: null,
  topologies: everywhere,
  seams: { assetFile: withAssets(unwatched) },
};
