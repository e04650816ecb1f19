// Ends every connection of the apps to the database, in mid-statement or not, as a restart of a pooler would.
import { z } from 'zod';
import { atOnceFault } from './at-once.ts';
import { lever } from './fault.ts';

export const databaseCut = atOnceFault({
  kind: 'database-cut',
  summary: 'ends every connection of the apps to the database',
  needs: ['database'],
  holds: 'database',
  defaultForMs: 1_500,
  facts: z.object({ cutConnectionCount: z.number() }),
  look: (levers) => lever(levers, 'database').state(),
  inject: (levers) => lever(levers, 'database').cutConnections(),
  judge(before, now) {
    const cutCount = now.cutConnectionCount - before.cutConnectionCount;
    return { bit: cutCount > 0, proof: `${cutCount} connections to the database were cut` };
  },
});
