// The database can't be reached at all: shows what the code answers from when it can't ask.
import { linkFault } from './link-mode.ts';

export const databaseDown = linkFault({
  kind: 'database-down',
  summary: "the apps can't reach the database",
  link: 'database',
  mode: 'down',
  outage: true,
});
