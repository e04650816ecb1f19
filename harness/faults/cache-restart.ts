// Stops the shared cache and starts it again, empty: every connection to it breaks, then everybody comes back at once.
// Proved by its boot id, which each start makes anew.
import { z } from 'zod';
import { atOnceFault } from './at-once.ts';
import { lever } from './fault.ts';

export const cacheRestart = atOnceFault({
  kind: 'cache-restart',
  summary: 'stops the shared cache and starts it again, empty',
  needs: ['cache'],
  holds: 'cache-mode',
  defaultForMs: 2_500,
  facts: z.object({ bootId: z.string() }),
  look: (levers) => lever(levers, 'cache').state(),
  inject: (levers) => lever(levers, 'cache').restart(),
  judge: (before, now) =>
    now.bootId === before.bootId
      ? { bit: false, proof: `the cache still runs as it was started before (boot ${before.bootId})` }
      : { bit: true, proof: `the cache was started anew: boot ${before.bootId} became ${now.bootId}` },
});
