// Empties the edge's cache at once: everybody who was served from it meets at the origin. An edge that kept nothing proves nothing.
import { z } from 'zod';
import { atOnceFault } from './at-once.ts';
import { lever } from './fault.ts';

export const edgePurge = atOnceFault({
  kind: 'edge-purge',
  summary: "empties the edge's cache at once",
  needs: ['edge'],
  holds: null,
  defaultForMs: 1_500,
  facts: z.object({ entryCount: z.number(), purgeCount: z.number(), purgedEntryCount: z.number() }),
  look: (levers) => lever(levers, 'edge').state(),
  worthwhile: ({ entryCount }) => entryCount > 0,
  inject: (levers) => lever(levers, 'edge').purge(),
  judge(before, now) {
    const entries = now.purgedEntryCount - before.purgedEntryCount;
    if (now.purgeCount <= before.purgeCount) return { bit: false, proof: 'the edge counted no purge' };
    if (entries === 0) return { bit: false, proof: 'the edge was purged but kept nothing' };
    return { bit: true, proof: `the edge was purged and lost ${entries} entries` };
  },
});
