// Empties the shared cache at once. Everything is then rebuilt under load: the moment when two fills meet.
// Emptying an empty cache proves nothing, so entries must have been thrown away.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';

const memorySchema = z.object({ flushCount: z.number(), flushedEntryCount: z.number() });

export const cacheFlush = defineFault(memorySchema, {
  kind: 'cache-flush',
  summary: 'empties the shared cache at once',
  needs: ['cache'],
  holds: null,
  defaultForMs: 1_500,
  async plan(levers) {
    const { flushCount, flushedEntryCount } = await lever(levers, 'cache').state();
    return { flushCount, flushedEntryCount };
  },
  inject: (levers) => lever(levers, 'cache').flush(),
  prove: (levers, before) => async () => {
    const now = await lever(levers, 'cache').state();
    const flushes = now.flushCount - before.flushCount;
    const entries = now.flushedEntryCount - before.flushedEntryCount;
    if (flushes > 0 && entries > 0) return { bit: true, proof: `the cache was emptied and lost ${entries} entries` };
    const proof = flushes > 0 ? 'the cache was emptied but held nothing' : 'the cache counted no flush';
    return { bit: false, proof };
  },
  // A flush ends by itself; what it threw away is the clients' to rebuild.
  heal: async () => {},
  isHealed: async () => true,
});
