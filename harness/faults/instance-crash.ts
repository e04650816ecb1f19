// Kills one serving node in the middle of its work: half-written answers, broken connections, retries at the others.
// Proved by another boot, or by the deployment calling it down, which it may also do for being slow: a process that is known to run on
// this machine must be gone first.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';
import { hasRecovered, processOf, servingOf } from './nodes.ts';
import { isAlive } from './process.ts';

const memorySchema = z.object({
  node: z.string(),
  bootId: z.string(),
  pid: z.number().default(0),
  /** Start of that process where it is known to run on this machine. */
  started: z.string().nullable().default(null),
  servingCount: z.number(),
});

export const instanceCrash = defineFault(memorySchema, {
  kind: 'instance-crash',
  summary: 'kills one serving node with SIGKILL',
  needs: ['signal'],
  holds: 'nodes',
  defaultForMs: 2_500,
  async plan(levers, random) {
    const serving = servingOf(await levers.nodes());
    const chosen = serving[random.between(0, Math.max(0, serving.length - 1))];
    if (!chosen) throw new Error('no node is serving, so none can be killed; look at the deployment first');
    const { node, bootId, pid } = chosen;
    const { local, isTheNodes } = await processOf(chosen);
    return {
      node,
      bootId,
      pid,
      started: isTheNodes === true ? (local?.started ?? null) : null,
      servingCount: serving.length,
    };
  },
  inject: (levers, { node }) => lever(levers, 'signal')(node, 'SIGKILL'),
  prove:
    (levers, { node, bootId, pid, started }) =>
    async () => {
      if (started !== null && (await isAlive(pid, started)))
        return { bit: false, proof: `${node}: process ${pid} (boot ${bootId}) still runs` };
      const now = (await levers.nodes()).find((candidate) => candidate.node === node);
      if (!now) return { bit: true, proof: `${node} (boot ${bootId}) is gone` };
      if (now.bootId !== bootId)
        return { bit: true, proof: `${node} was started anew: boot ${bootId} became ${now.bootId}` };
      if (now.state === 'down') return { bit: true, proof: `${node} (boot ${bootId}) is down` };
      return { bit: false, proof: `${node} is ${now.state} in the same process as before (boot ${bootId})` };
    },
  // Starting it again is the deployment's own work, and part of what is tested.
  heal: async () => {},
  isHealed: (levers, before) => hasRecovered(levers, before.servingCount),
});
