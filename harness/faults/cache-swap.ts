// A hostile probe, not an accident: exchanges the values of two owners' entries, to see whether the deployment checks whose they are after
// it has read them. What it shows is reported apart, for no ordinary fault does this. Healed by a flush, which throws them all away.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';

export const cacheSwap = defineFault(z.object({ swappedCount: z.number(), flushCount: z.number() }), {
  kind: 'cache-swap',
  summary: "exchanges two patients' entries in the shared cache, pair by pair",
  hostile: true,
  needs: ['cache'],
  holds: null,
  defaultForMs: 3_000,
  async plan(levers) {
    const cache = lever(levers, 'cache');
    if (!cache.swap) throw new Error("this deployment's cache lever can't exchange entries: leave cache-swap out");
    const { swappedCount, flushCount } = await cache.state();
    return { swappedCount, flushCount };
  },
  inject: async (levers) => void (await lever(levers, 'cache').swap?.()),
  prove: (levers, before) => async () => {
    const { swappedCount } = await lever(levers, 'cache').state();
    const swapped = swappedCount - before.swappedCount;
    return { bit: swapped > 0, proof: `${swapped} pairs of entries had their values exchanged` };
  },
  heal: (levers) => lever(levers, 'cache').flush(),
  isHealed: async (levers, before) => (await lever(levers, 'cache').state()).flushCount > before.flushCount,
});
