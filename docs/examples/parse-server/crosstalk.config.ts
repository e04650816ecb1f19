// A short drill of Parse Server: what it may hand on and what must end is played more often than by default, for there is little time.
// Which front is asked, `--url` says.
import { defineDrill } from '../../../harness/drill.ts';

export default defineDrill({
  target: {
    adapter: './docs/examples/parse-server/parse.target.ts',
    url: 'http://127.0.0.1:1337',
    adminUrl: 'http://127.0.0.1:1337',
    adminSecretEnv: 'PARSE_MASTER_KEY',
  },
  durationMs: 15_000,
  sessions: 8,
  thinkMs: 200,
  scenarios: {
    'shared-link': 8,
    'erase-and-look': 5,
    'cancel-and-look-next': 0,
    'upload-cut-short': 0,
    'double-submit': 0,
  },
  floor: { opportunitiesPerAction: 5 },
});
