// Every byte between apps and database arrives late: transactions stay open longer, and more of them meet.
import { linkFault } from './link-mode.ts';

const latencyMs = 60;

export const databaseSlow = linkFault({
  kind: 'database-slow',
  summary: `the network between the apps and the database is ${latencyMs} ms slower`,
  link: 'database',
  mode: 'slow',
  latencyMs,
});
