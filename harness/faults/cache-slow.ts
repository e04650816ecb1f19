// Every command to the shared cache is answered late: a client that hangs up meets a reply still under way,
// which a careless connection pool hands to the next patient.
import { cacheModeFault } from './cache-mode.ts';

const latencyMs = 120;

export const cacheSlow = cacheModeFault({
  kind: 'cache-slow',
  summary: `the shared cache answers ${latencyMs} ms late`,
  mode: 'slow',
  latencyMs,
  hurtCount: (state) => state.delayedCount,
  hurt: 'delayed',
});
