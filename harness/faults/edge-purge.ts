// Empties the edge's cache at once: everybody who was served from it meets at the origin. An edge that kept
// nothing proves nothing, and what it keeps for a second or two comes and goes, so it is purged until something was there.
import { z } from 'zod';
import { atOnceFault } from './at-once.ts';
import { lever } from './fault.ts';

export const edgePurge = atOnceFault({
  kind: 'edge-purge',
  summary: "empties the edge's cache at once",
  needs: ['edge'],
  holds: null,
  defaultForMs: 1_500,
  facts: z.object({ purgeCount: z.number(), purgedEntryCount: z.number() }),
  look: (levers) => lever(levers, 'edge').state(),
  againForMs: 8_000,
  inject: (levers) => lever(levers, 'edge').purge(),
  judge(before, now) {
    const entries = now.purgedEntryCount - before.purgedEntryCount;
    if (now.purgeCount <= before.purgeCount) return { bit: false, proof: 'the edge counted no purge' };
    if (entries === 0) return { bit: false, proof: 'the edge was purged but kept nothing' };
    return { bit: true, proof: `the edge was purged and lost ${entries} entries` };
  },
});
