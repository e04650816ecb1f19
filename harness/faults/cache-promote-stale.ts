// A replica of the shared cache that lagged behind takes over: what was written last is undone, what was removed is back.
// A replica that had missed nothing proves nothing.
import { z } from 'zod';
import { atOnceFault } from './at-once.ts';
import { lever } from './fault.ts';

const lagMs = 1_500;

export const cachePromoteStale = atOnceFault({
  kind: 'cache-promote-stale',
  summary: `a replica of the shared cache takes over that lags by ${lagMs} ms`,
  needs: ['cache'],
  holds: 'cache-mode',
  defaultForMs: 2_500,
  facts: z.object({ promotedCount: z.number(), lostWriteCount: z.number() }),
  look: (levers) => lever(levers, 'cache').state(),
  inject: (levers) => lever(levers, 'cache').promoteStale(lagMs),
  judge(before, now) {
    const lost = now.lostWriteCount - before.lostWriteCount;
    if (now.promotedCount <= before.promotedCount) return { bit: false, proof: 'no replica of the cache took over' };
    return { bit: lost > 0, proof: `a replica of the cache took over that had missed ${lost} writes` };
  },
});
