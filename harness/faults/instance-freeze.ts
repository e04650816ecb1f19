// Stops one serving node without killing it; thawed, it goes on with work that everybody else has given up on.
// Proved by the kernel where the process is known to run on this machine, else by the kernel or by the deployment calling the same
// process down, which it may also do for being slow.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';
import { hasRecovered, processOf, servingOf } from './nodes.ts';
import { lookAtProcess } from './process.ts';

const memorySchema = z.object({
  node: z.string(),
  bootId: z.string(),
  pid: z.number(),
  /** Start of that process on this machine before it was frozen; null when it is not known to run here. */
  started: z.string().nullable(),
  /** The deployment says that it is this very process, not one elsewhere of the same number. */
  isKnown: z.boolean().default(false),
  servingCount: z.number(),
});
type Memory = z.infer<typeof memorySchema>;

export const instanceFreeze = defineFault(memorySchema, {
  kind: 'instance-freeze',
  summary: 'stops one serving node with SIGSTOP, then lets it go on',
  needs: ['signal'],
  holds: 'nodes',
  defaultForMs: 3_000,
  async plan(levers, random) {
    const serving = servingOf(await levers.nodes());
    const chosen = serving[random.between(0, Math.max(0, serving.length - 1))];
    if (!chosen) throw new Error('no node is serving, so none can be frozen; look at the deployment first');
    const { node, bootId, pid } = chosen;
    const { local, isTheNodes } = await processOf(chosen);
    // A process that is stopped already would fake the proof, and is not ours to continue.
    return {
      node,
      bootId,
      pid,
      started: local?.state === 'alive' && isTheNodes !== false ? local.started : null,
      isKnown: isTheNodes === true,
      servingCount: serving.length,
    };
  },
  inject: (levers, { node }) => lever(levers, 'signal')(node, 'SIGSTOP'),
  prove: (levers, memory) => async () => {
    const { node, bootId, pid, isKnown } = memory;
    if (await isStopped(memory)) return { bit: true, proof: `${node}: the kernel says process ${pid} is stopped` };
    const now = (await levers.nodes()).find((candidate) => candidate.bootId === bootId);
    if (now?.state === 'down' && !isKnown)
      return { bit: true, proof: `${node} (boot ${bootId}) lives and does not answer` };
    return { bit: false, proof: `${node} (boot ${bootId}, process ${pid}) is ${now?.state ?? 'gone'}, not stopped` };
  },
  heal: (levers, { node }) => lever(levers, 'signal')(node, 'SIGCONT'),
  async isHealed(levers, memory) {
    return !(await isStopped(memory)) && (await hasRecovered(levers, memory.servingCount));
  },
  async abandon(memory) {
    if (memory.started === null) {
      throw new Error(
        `process ${memory.pid} may still be stopped, but no start time was recorded to know it by; ` +
          `if it is the deployment's, send it SIGCONT or SIGKILL by hand`,
      );
    }
    if (!(await isStopped(memory))) return `process ${memory.pid} is gone or runs`;
    process.kill(memory.pid, 'SIGCONT');
    return `process ${memory.pid} was still stopped; it was sent SIGCONT`;
  },
});

async function isStopped({ pid, started }: Memory): Promise<boolean> {
  const now = await lookAtProcess(pid);
  return now !== null && now.started === started && now.state === 'stopped';
}
