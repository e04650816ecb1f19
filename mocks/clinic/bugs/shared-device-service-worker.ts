// Mechanism: for speed the service worker answers pages from its own cache and freshens them behind. It goes by the address, as if that
// named whose page it is, and signing out empties what it was written to empty before there was a worker.
// Trigger: in one browser A opens their list under the worker and signs out, B signs in and opens theirs.
// Must ring: foreign-listing, on the screen and in the browser's storage. In browsers of their own nothing shows.
// Incident: LINE 2024 (phones kept what they had been shown 25 hours longer than the servers gave it out).
import { type Bug, everywhere } from './bug.ts';
import { withWorker } from './shared-device.ts';

export const sharedDeviceServiceWorker: Bug = {
  id: 'shared-device-service-worker',
  incident: 'LINE, 2024',
  link: null,
  topologies: everywhere,
  seams: withWorker('service-worker-stale-pages.js'),
};
