// Mechanism: pages are kept by the browser for five minutes. `private` keeps shared caches away and was thought to be enough; but the
// browser is shared too, its cache goes by the address alone, and signing out clears nothing of it.
// Trigger: in one browser A opens their list and signs out, and B signs in within five minutes.
// Must ring: foreign-listing, on the screen; the network is silent, for nobody asks it. In browsers of their own nothing shows.
// Incident: Twitter on Firefox 2020.
import { type Bug, everywhere } from './bug.ts';
import { keptAs, unwatched, withAssets } from './shared-device.ts';

export const sharedDeviceHttpCache: Bug = {
  id: 'shared-device-http-cache',
  incident: 'Twitter on Firefox, April 2020',
  link: 'https://blog.mozilla.org/blogarchive/blog/2020/04/03/what-you-need-to-know-about-twitter-on-firefox/',
  topologies: everywhere,
  seams: {
    personalHeaders: keptAs('private, max-age=300'),
    clearedAtSignOut: '',
    assetFile: withAssets(unwatched),
  },
};
