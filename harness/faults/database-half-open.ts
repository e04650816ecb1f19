// Bytes between apps and database vanish while their connections stay: statements wait for answers that never come.
import { linkFault } from './link-mode.ts';

export const databaseHalfOpen = linkFault({
  kind: 'database-half-open',
  summary: 'bytes between the apps and the database vanish, the connections stay',
  link: 'database',
  mode: 'half-open',
  outage: true,
});
