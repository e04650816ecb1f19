// Statements wait in the database and connections with them, until every pool has run dry; then all go on at once.
// Proved by the database itself: statements must have been seen waiting.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';

export const databaseHold = defineFault(z.null(), {
  kind: 'database-hold',
  summary: 'holds every statement back, so that the pools of connections run dry',
  outage: true,
  needs: ['database'],
  holds: 'database',
  defaultForMs: 2_500,
  async plan(levers) {
    const { held } = await lever(levers, 'database').state();
    if (held) throw new Error('the database is held already; run `crosstalk heal` or mend it, then start again');
    return null;
  },
  inject: (levers) => lever(levers, 'database').hold(true),
  prove(levers) {
    let mostWaiting = 0;
    return async () => {
      const { held, heldStatementCount } = await lever(levers, 'database').state();
      if (held) mostWaiting = Math.max(mostWaiting, heldStatementCount);
      return { bit: mostWaiting > 0, proof: `${mostWaiting} statements were seen waiting in the held database` };
    };
  },
  heal: (levers) => lever(levers, 'database').hold(false),
  isHealed: async (levers) => !(await lever(levers, 'database').state()).held,
});
