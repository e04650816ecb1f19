// What can be done at once when the reference clinic shows what it should not.
import { expectOk } from './talk.ts';
import type { Http, Switch } from './target.ts';

async function setRewatch(admin: Http, off: boolean): Promise<void> {
  const route = '/switches/rewatch';
  expectOk(
    await admin.request({ method: 'PUT', url: route, route, body: { off } }),
    `switching rewatch ${off ? 'off' : 'on'}`,
  );
}

async function post(admin: Http, route: string, what: string): Promise<void> {
  expectOk(await admin.request({ method: 'POST', url: route, route }), what);
}

const nothingToUndo = (): Promise<void> => Promise.resolve();

export const switches: Readonly<Record<string, Switch>> = {
  'disable-rewatch': {
    claims: ['lists', 'bytes', 'open-pages', 'signed-links', 'shared-cache'],
    pull: (admin) => setRewatch(admin, true),
    release: (admin) => setRewatch(admin, false),
  },
  'purge-edge': {
    claims: ['shared-cache'],
    pull: (admin) => post(admin, '/edge/purge', 'purging the edge'),
    release: nothingToUndo,
  },
  'revoke-sessions': {
    claims: ['lists', 'bytes', 'open-pages', 'signed-links'],
    pull: (admin) => post(admin, '/sessions/revoke', 'ending all sessions'),
    release: nothingToUndo,
  },
};
