// Mechanism: the edge is told to ignore `Set-Cookie` when it decides what to store, so a public page that happened to renew somebody's
// session is kept for its second or two with the new cookie, and handed out with it.
// Trigger: a cookie session that is due for renewal (five seconds old) asks for a public page; another patient asks within its lifetime.
// Must ring: session-swap (the value reaches a second client, who then is the first). Incidents: Loom 2023, GitHub 2021.
import { keepingOf } from '../edge-keeping.ts';
import { type Bug, everywhere } from './bug.ts';

export const edgeStoresSession: Bug = {
  id: 'edge-stores-session',
  incident: 'Loom, March 2023',
  link: 'https://www.loom.com/blog/march-7-incident-update',
  topologies: everywhere,
  seams: {
    edgeKeeps(request, answer, config) {
      const { 'set-cookie': _, ...headers } = answer.headers;
      const keeping = keepingOf(request, { ...answer, headers }, config);
      return keeping === null ? null : { ...keeping, keepsCookie: true };
    },
  },
};
