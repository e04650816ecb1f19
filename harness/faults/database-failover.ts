// The database fails over to a replica that did not hear of the last writes: what was booked, signed out or withdrawn in those moments
// never happened, and what was numbered then may be numbered again. Proved by the rows that are gone.
import { z } from 'zod';
import { defineFault, lever } from './fault.ts';

const lagMs = 1_500;

export const databaseFailover = defineFault(z.object({ failoverCount: z.number(), lostRowCount: z.number() }), {
  kind: 'database-failover',
  summary: `the database fails over to a replica that missed the writes of ${lagMs} ms`,
  needs: ['database'],
  holds: 'database',
  defaultForMs: 4_000,
  async plan(levers) {
    const { failoverCount, lostRowCount, failingOver } = await lever(levers, 'database').state();
    if (failingOver) throw new Error('a failover of the database is in progress already; wait for its end');
    return { failoverCount, lostRowCount };
  },
  inject: (levers) => lever(levers, 'database').failover(lagMs),
  prove: (levers, before) => async () => {
    const now = await lever(levers, 'database').state();
    if (now.failoverCount <= before.failoverCount) return { bit: false, proof: 'no replica of the database took over' };
    const lost = now.lostRowCount - before.lostRowCount;
    return {
      bit: lost > 0,
      proof: `a replica of the database took over; ${lost} rows that were written before are lost`,
    };
  },
  // The deployment finishes its own failover; there is nothing to send.
  heal: async () => {},
  isHealed: async (levers) => !(await lever(levers, 'database').state()).failingOver,
});
