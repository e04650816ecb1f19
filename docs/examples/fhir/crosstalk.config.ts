// A short drill of a FHIR server.
import { defineDrill } from '../../../harness/drill.ts';

export default defineDrill({
  target: {
    adapter: './docs/examples/fhir/fhir.target.ts',
    url: 'http://127.0.0.1:8090',
    adminUrl: 'http://127.0.0.1:8090',
    adminSecretEnv: 'FHIR_ADMIN_TOKEN',
  },
  durationMs: 25_000,
  sessions: 8,
  thinkMs: 150,
});
