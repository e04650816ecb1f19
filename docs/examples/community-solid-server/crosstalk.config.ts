// A short drill of Community Solid Server: what is lent and what must end is played more often than by default, for there is little
// time. Which front is asked, `--url` says; always by the name `localhost`, for the server takes no other for safe without TLS.
import { defineDrill } from '../../../harness/drill.ts';

export default defineDrill({
  target: { adapter: './docs/examples/community-solid-server/solid.target.ts', url: 'http://localhost:3000' },
  durationMs: 10_000,
  sessions: 4,
  thinkMs: 150,
  scenarios: {
    'shared-link': 5,
    'lend-and-withdraw': 6,
    'erase-and-look': 5,
    'passer-by': 3,
    'cancel-and-look-next': 0,
    'upload-cut-short': 0,
  },
  floor: { opportunitiesPerAction: 5 },
});
