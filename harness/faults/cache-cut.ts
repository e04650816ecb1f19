// Cuts every client's connection to the shared cache while it lives on: replies under way are lost, pools are filled anew.
import { z } from 'zod';
import { atOnceFault } from './at-once.ts';
import { lever } from './fault.ts';

export const cacheCut = atOnceFault({
  kind: 'cache-cut',
  summary: "cuts every client's connection to the shared cache",
  needs: ['cache'],
  holds: null,
  defaultForMs: 1_500,
  facts: z.object({ cutConnectionCount: z.number() }),
  look: (levers) => lever(levers, 'cache').state(),
  inject: (levers) => lever(levers, 'cache').cutConnections(),
  judge(before, now) {
    const cutCount = now.cutConnectionCount - before.cutConnectionCount;
    return { bit: cutCount > 0, proof: `${cutCount} connections to the cache were cut` };
  },
});
