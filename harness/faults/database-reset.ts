// The network resets every connection between apps and database: whether a statement was performed, nobody knows.
import { linkFault } from './link-mode.ts';

export const databaseReset = linkFault({
  kind: 'database-reset',
  summary: 'the network resets every connection between the apps and the database',
  link: 'database',
  mode: 'reset',
  outage: true,
});
