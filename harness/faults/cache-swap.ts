// A hostile probe, not an accident: exchanges the values of two owners' entries, to see whether the deployment checks whose they are after
// it has read them. What it shows is reported apart, for no ordinary fault does this. A cache that holds no two of a kind for the moment
// proves nothing, so it is tried until there was something to exchange. Healed by a flush, which throws them all away.
import { z } from 'zod';
import { injectUntil } from './at-once.ts';
import { defineFault, lever } from './fault.ts';

const againForMs = 8_000;

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
  async inject(levers, before) {
    const cache = lever(levers, 'cache');
    const hasBitten = async () => (await cache.state()).swappedCount > before.swappedCount;
    await injectUntil(hasBitten, async () => cache.swap?.(), againForMs);
  },
  prove: (levers, before) => async () => {
    const { swappedCount } = await lever(levers, 'cache').state();
    const swapped = swappedCount - before.swappedCount;
    return { bit: swapped > 0, proof: `${swapped} pairs of entries had their values exchanged` };
  },
  heal: (levers) => lever(levers, 'cache').flush(),
  isHealed: async (levers, before) => (await lever(levers, 'cache').state()).flushCount > before.flushCount,
});
