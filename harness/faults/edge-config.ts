// Gives the edge its next configuration while it serves, and takes it back: what may be kept, for how long and for whom is decided
// anew under load.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';

export const edgeConfig = defineFault(z.object({ reloadCount: z.number() }), {
  kind: 'edge-config',
  summary: 'loads the next configuration of the edge, then the standard one again',
  needs: ['edge'],
  holds: 'edge',
  defaultForMs: 3_000,
  async plan(levers) {
    const { config, reloadCount } = await lever(levers, 'edge').state();
    if (config !== 'standard')
      throw new Error(`the edge runs configuration ${config} already; run \`crosstalk heal\` or mend it first`);
    return { reloadCount };
  },
  inject: (levers) => lever(levers, 'edge').reload('next'),
  prove(levers, before) {
    let nextSeen = false;
    return async () => {
      const { config, reloadCount } = await lever(levers, 'edge').state();
      nextSeen ||= config === 'next' && reloadCount > before.reloadCount;
      const proof = nextSeen ? 'the edge served with configuration next' : 'the edge never loaded configuration next';
      return { bit: nextSeen, proof };
    };
  },
  async heal(levers) {
    const edge = lever(levers, 'edge');
    if ((await edge.state()).config !== 'standard') await edge.reload('standard');
  },
  isHealed: async (levers) => (await lever(levers, 'edge').state()).config === 'standard',
});
