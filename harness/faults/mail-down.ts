// The mail provider refuses every notice: they pile up and go out together when it is back, which is when texts and addressees get mixed.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';

export const mailDown = defineFault(z.object({ refusedCount: z.number() }), {
  kind: 'mail-down',
  summary: 'the mail provider refuses every notice',
  needs: ['mail'],
  holds: 'mail',
  defaultForMs: 3_500,
  async plan(levers) {
    const { mode, refusedCount } = await lever(levers, 'mail').state();
    if (mode !== 'ok') throw new Error(`the mail provider is ${mode} already; run \`crosstalk heal\` or mend it first`);
    return { refusedCount };
  },
  inject: (levers) => lever(levers, 'mail').set('down'),
  prove(levers, before) {
    let downSeen = false;
    return async () => {
      const { mode, refusedCount } = await lever(levers, 'mail').state();
      downSeen ||= mode === 'down';
      const refused = refusedCount - before.refusedCount;
      if (!downSeen) return { bit: false, proof: 'the mail provider was never down' };
      return { bit: refused > 0, proof: `the mail provider was down and refused ${refused} deliveries` };
    };
  },
  heal: (levers) => lever(levers, 'mail').set('ok'),
  isHealed: async (levers) => (await lever(levers, 'mail').state()).mode === 'ok',
});
