// What an upgrade and a rollback have in common: nodes are replaced one after another, so for a while both versions serve
// and share caches and database. That while is the fault; a roll in which it was not seen is not proved.
// Healing waits for the roll's end and leaves the new version in place: the way back is a rollback, planned like any fault.
import { z } from 'zod';
import { defineFault, type Fault, lever } from './fault.ts';
import { describeNodes, hasRecovered, servingOf } from './nodes.ts';

const memorySchema = z.object({ versions: z.array(z.string()).min(1), servingCount: z.number() });

export function rollFault(kind: string, summary: string, version: string): Fault {
  return defineFault(memorySchema, {
    kind,
    summary,
    needs: ['deploy'],
    rollsOut: version,
    holds: 'nodes',
    defaultForMs: 4_500,
    async plan(levers) {
      const nodes = await levers.nodes();
      const versions = [...new Set(nodes.map((node) => node.version))];
      if (versions.every((running) => running === version)) {
        throw new Error(`every node runs ${version} already, so a roll to it changes nothing; roll to another first`);
      }
      return { versions, servingCount: servingOf(nodes).length };
    },
    inject: (levers) => lever(levers, 'deploy').roll(version),
    prove(levers) {
      let sideBySide = '';
      return async () => {
        const nodes = await levers.nodes();
        const serving = servingOf(nodes);
        if (new Set(serving.map((node) => node.version)).size > 1) sideBySide ||= describeNodes(serving);
        const rolled = nodes.length > 0 && nodes.every((node) => node.version === version);
        const finished = rolled && !(await lever(levers, 'deploy').rolling());
        const together = sideBySide
          ? `side by side: ${sideBySide}`
          : 'two versions were never seen serving side by side';
        const end = finished
          ? `then all ${nodes.length} nodes at ${version}`
          : `not all at ${version}: ${describeNodes(nodes)}`;
        return { bit: finished && sideBySide !== '', proof: `${together}; ${end}` };
      };
    },
    heal: async () => {},
    isHealed: (levers, before) => hasRecovered(levers, before.servingCount),
  });
}
