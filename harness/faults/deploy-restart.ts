// Restarts every node, one after another, in the version it has: caches in the processes go cold, connections move.
// Proved by the boot ids: each process start gives a new one, so no old one may be left.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';
import { hasRecovered, servingOf } from './nodes.ts';

const memorySchema = z.object({ bootIds: z.array(z.string()).min(1), servingCount: z.number() });

export const deployRestart = defineFault(memorySchema, {
  kind: 'deploy-restart',
  summary: 'restarts every node, one after another',
  needs: ['deploy'],
  holds: 'nodes',
  defaultForMs: 4_000,
  async plan(levers) {
    const nodes = await levers.nodes();
    return { bootIds: nodes.map((node) => node.bootId), servingCount: servingOf(nodes).length };
  },
  inject: (levers) => lever(levers, 'deploy').restart(),
  prove: (levers, before) => async () => {
    const nodes = await levers.nodes();
    const old = nodes.filter((node) => before.bootIds.includes(node.bootId));
    if (nodes.length > 0 && old.length === 0) {
      return {
        bit: true,
        proof: `all ${nodes.length} nodes were started anew: ${nodes.map((n) => n.bootId).join(', ')}`,
      };
    }
    return { bit: false, proof: `${old.length} of ${nodes.length} nodes were not restarted` };
  },
  // The deployment finishes its own roll; there is nothing to send.
  heal: async () => {},
  isHealed: (levers, before) => hasRecovered(levers, before.servingCount),
});
