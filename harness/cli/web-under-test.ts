// For tests: the adapter for pages, as somebody would write it for the reference clinic's own web app.
import path from 'node:path';

const targets = path.resolve(import.meta.dirname, '../targets');

export const pagesAdapter = `import { enrolment } from ${JSON.stringify(path.join(targets, 'clinic-enrolment.ts'))};
import { web } from ${JSON.stringify(path.join(targets, 'web.ts'))};

export const target = web({
  name: 'clinic-pages',
  signIn: { page: '/sign-in', signedIn: { redirect: '/me/rewatch' } },
  history: { page: '/me/rewatch', recordings: '/recordings/{id}/content' },
  self: '/me/account',
  signOut: { action: '/sign-out' },
  enrolment,
  declares: { headers: { node: 'x-clinic-node', version: 'x-clinic-version' } },
});
`;
