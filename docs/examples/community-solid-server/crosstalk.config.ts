// A short drill of Community Solid Server: what is lent and what must end is played more often than by default, for there is little
// time. Which front is asked, `--url` says; always by the name `localhost`, for the server takes no other for safe without TLS.
import { defineDrill } from '../../../harness/drill.ts';

export default defineDrill({
  target: { adapter: './docs/examples/community-solid-server/solid.target.ts', url: 'http://localhost:3000' },
  durationMs: 10_000,
  sessions: 4,
  thinkMs: 150,
  scenarios: {
    'lend-and-withdraw': 6,
    'shared-link': 5,
    'erase-and-look': 4,
    'passer-by': 3,
    'same-instant': 4,
    'first-visit': 0,
    'cancel-and-look-next': 0,
    'upload-cut-short': 0,
  },
  floor: { opportunitiesPerWindow: 8, opportunitiesPerAction: 3 },
});
