// Leaves the shared cache room for a fraction of what it holds: entries vanish one by one and at odd times, not all at once as in a flush.
// Proved by the cache's own count of entries thrown out for want of room.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';

const shareLeft = 0.25;
const roomMin = 4;

export const cacheSqueeze = defineFault(z.object({ evictedCount: z.number(), room: z.number() }), {
  kind: 'cache-squeeze',
  summary: 'leaves the shared cache room for a quarter of its entries',
  needs: ['cache'],
  holds: 'cache-mode',
  defaultForMs: 2_500,
  async plan(levers) {
    const { entryCount, entryCountMax, evictedCount } = await lever(levers, 'cache').state();
    if (entryCountMax !== null) {
      throw new Error(
        `the cache has room for ${entryCountMax} entries only already; run \`crosstalk heal\` or mend it, then start again`,
      );
    }
    return { evictedCount, room: Math.max(roomMin, Math.floor(entryCount * shareLeft)) };
  },
  inject: (levers, { room }) => lever(levers, 'cache').squeeze(room),
  prove: (levers, before) => async () => {
    const { evictedCount } = await lever(levers, 'cache').state();
    const evicted = evictedCount - before.evictedCount;
    return { bit: evicted > 0, proof: `with room for ${before.room}, ${evicted} entries were thrown out` };
  },
  heal: (levers) => lever(levers, 'cache').squeeze(null),
  isHealed: async (levers) => (await lever(levers, 'cache').state()).entryCountMax === null,
});
