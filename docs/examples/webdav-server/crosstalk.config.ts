// A short drill of webdav-server. Every address names its owner: only who was given another's can ask for it, so links are handed on more often than
// by default. Which front is asked, `--url` says.
import { defineDrill } from '../../../harness/drill.ts';

export default defineDrill({
  target: {
    adapter: './docs/examples/webdav-server/webdav.target.ts',
    url: 'http://127.0.0.1:8200',
    accountsEnv: 'WEBDAV_ACCOUNTS',
  },
  durationMs: 8_000,
  sessions: 8,
  thinkMs: 200,
  scenarios: { 'shared-link': 10, 'cancel-and-look-next': 0, 'upload-cut-short': 0 },
  floor: { opportunitiesPerWindow: 10, opportunitiesPerAction: 5 },
});
