// Mechanism: so that patients can read their list on a train, the service worker keeps the last one it saw and shows it when there is no
// network. Signing out does not empty what it keeps, and offline there is nobody who could say that the reader is another.
// Trigger: in one browser A opens their list under the worker and signs out, B signs in and loses the network.
// Must ring: foreign-listing, on the screen and in the browser's storage. Who stays online sees nothing.
// Incident: LINE 2024 (phones kept what they had been shown 25 hours longer than the servers gave it out).
import { type Bug, everywhere } from './bug.ts';
import { withWorker } from './shared-device.ts';

export const sharedDeviceOffline: Bug = {
  id: 'shared-device-offline',
  incident: 'LINE, 2024',
  link: null,
  topologies: everywhere,
  seams: withWorker('service-worker-last-list.js'),
};
