// A short drill of Community Solid Server: what is lent and what must end is played more often than by default, for there is little
// time. Which front is asked, `--url` says; always by the name `localhost`, for the server takes no other for safe without TLS.
import { defineDrill } from '../../../harness/drill.ts';

export default defineDrill({
  target: { adapter: './docs/examples/community-solid-server/solid.target.ts', url: 'http://localhost:3000' },
  durationMs: 10_000,
  sessions: 4,
  thinkMs: 250,
  // Every address names its owner: only who was given another's can ask for it, and these give it away.
  scenarios: {
    'shared-link': 8,
    'lend-and-withdraw': 8,
    'erase-and-look': 4,
    // These ask for the account's page, which has one address for all.
    'same-instant': 4,
    'passer-by': 3,
    'first-visit': 0,
    'double-submit': 0,
    'cancel-and-look-next': 0,
    'upload-cut-short': 0,
  },
  floor: { opportunitiesPerWindow: 5, opportunitiesPerAction: 3 },
});
