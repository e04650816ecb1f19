// Mechanism: so that seeking is quick, recordings may be kept by the browser for an hour. Their links are bound to a viewer and a minute,
// but that is checked where the browser, having the bytes, does not ask; and signing out does not clear them.
// Trigger: in one browser A opens a recording in a tab of its own and signs out, B signs in and opens that again from the browser's
// history.
// Must ring: foreign-recording, on the screen; the server is never asked. Who plays only their own sees nothing.
// Incident: none named in public; the pattern is in every guide to signed addresses.
import { type Bug, everywhere } from './bug.ts';
import { keptAs } from './shared-device.ts';

export const sharedDeviceCachedMedia: Bug = {
  id: 'shared-device-cached-media',
  incident: 'signed media in a shared browser’s cache (library evidence)',
  link: null,
  topologies: everywhere,
  seams: {
    personalHeaders: keptAs('private, max-age=3600', ['GET /recordings/{id}/content']),
    clearedAtSignOut: '',
  },
};
