// The adapter of Community Solid Server, as a team that keeps a clinic's consultations in its patients' pods would write it: one pod a
// patient, a consultation a JSON resource, a recording a video resource, both under `clinic/`, which the owner's access list opens to others.

import { authorized } from '../../../harness/logins/authorized.ts';
import { clientCredentials } from '../../../harness/logins/client-credentials.ts';
import { letGo } from '../../../harness/logins/held.ts';
import { revokeTokens } from '../../../harness/logins/revoke-tokens.ts';
import {
  isOk,
  keepConsultation,
  onConsultation,
  type Range,
  rangeHeader,
  verdictOf,
} from '../../../harness/targets/talk.ts';
import { type ActionResult, defineTarget, type SessionContext } from '../../../harness/targets/target.ts';
import { byHeader, logIn, logOut, replaceLogin, whoAmI } from './solid-account.ts';
import { empty, enrolment, substituteOf } from './solid-enrolment.ts';
import {
  add,
  addressOf,
  agentOf,
  card,
  consultations,
  get,
  letRead,
  listed,
  madeOf,
  noPod,
  recordings,
  remove,
} from './solid-talk.ts';

export const target = defineTarget({
  name: 'community-solid-server',
  declares: {
    headers: { cacheStatus: 'x-cache-status' },
    // A token of the client credentials is good for ten minutes, whatever is revoked.
    signOutBoundMs: 600_000,
    withdrawalBoundMs: 0,
    erasureBoundMs: 0,
    recordingReadyBoundMs: 0,
  },
  actions: {
    // By cookie as at the account's page, which then says who it is; the pod itself knows bearer tokens alone.
    async 'sign-in'(session, { by }) {
      letGo(session);
      session.memory.delete('page');
      if (by === 'cookie') {
        const response = await logIn(session, session.account);
        if (!isOk(response)) return verdictOf(response);
        session.memory.set('page', 'yes');
      }
      return clientCredentials(session, { ...grantOf(session), fields: { scope: 'webid' } });
    },
    async 'who-am-i'(session) {
      const { pod } = session.account;
      if (pod === undefined || session.memory.has('page')) return whoAmI(session);
      return verdictOf(await get(session, `${pod}${card}`));
    },
    async book(session, { item, modality }) {
      const { title, note, startsAt, fileName } = session.consultation(item);
      const { pod = '' } = session.account;
      const response = await add(session, `${pod}${consultations}`, { title, note, startsAt, modality, fileName });
      const path = madeOf(response);
      if (path === null) return verdictOf(response);
      keepConsultation(session, item, path);
      return { outcome: 'ok', createdIds: [path] };
    },
    'view-consultation': (session, { item }) =>
      onConsultation(session, item, async (path) => {
        const seen = verdictOf(await get(session, path));
        return seen.outcome === 'ok' ? { ...seen, listedIds: [path] } : seen;
      }),
    cancel: (session, { item }) =>
      onConsultation(session, item, async (path) => verdictOf(await remove(session, path))),
    attend: (session, { item }) =>
      onConsultation(session, item, async (path) => {
        const body = { ...session.consultation(item), attended: true };
        return verdictOf(await authorized(session, { method: 'PUT', ...addressOf(path), body }));
      }),
    'switch-call': (session, { item }) => record(session, item, 0),
    'end-call': (session, { item }) => record(session, item, 1),
    async 'view-history'(session, { of }) {
      const { pod } = of === undefined ? session.account : session.accountOf(of);
      if (pod === undefined) return noPod;
      const past = await listed(session, `${pod}${consultations}`);
      if (!isOk(past.response)) return verdictOf(past.response);
      for (const path of past.paths) {
        const seen = await get(session, path);
        if (!isOk(seen)) return verdictOf(seen);
      }
      const videos = await listed(session, `${pod}${recordings}`);
      if (!isOk(videos.response)) return verdictOf(videos.response);
      session.playable = videos.paths;
      const complete = of === undefined && past.complete && videos.complete;
      return { outcome: 'ok', listedIds: [...past.paths, ...videos.paths], complete };
    },
    async watch(session, { pick, range }) {
      return play(session, session.playable[pick % session.playable.length], range);
    },
    'follow-link': (session) => play(session, session.postedLink ?? undefined),
    share: async (session, { with: reader }) => verdictOf(await letRead(session, [agentOf(session.accountOf(reader))])),
    withdraw: async (session) => verdictOf(await letRead(session, [])),
    async erase(session) {
      const emptied = await empty(session);
      if (emptied.outcome !== 'ok') return emptied;
      const loggedIn = await logIn(session, session.account);
      if (!isOk(loggedIn)) return verdictOf(loggedIn);
      return replaceLogin(byHeader(session, loggedIn), substituteOf(session.account));
    },
    async 'sign-out'(session) {
      const revoked = await revokeTokens(session, grantOf(session));
      return revoked.outcome === 'ok' && session.memory.has('page') ? logOut(session) : revoked;
    },
  },
  enrolment,
});

function grantOf({ account, origin }: SessionContext) {
  return {
    provider: {
      authorizeUrl: `${origin}/.oidc/auth`,
      tokenUrl: `${origin}/.oidc/token`,
      revocationUrl: `${origin}/.oidc/token/revocation`,
    },
    client: { id: account.clientId ?? '', secret: account.clientSecret ?? '' },
  };
}

async function play(session: SessionContext, path: string | undefined, range?: Range): Promise<ActionResult> {
  if (path === undefined) return { outcome: 'failed', detail: 'nothing to play' };
  const headers = rangeHeader(range);
  return verdictOf(await authorized(session, { method: 'GET', ...addressOf(path), headers, expect: 'bytes' }));
}

function record(session: SessionContext, item: number, segment: 0 | 1): Promise<ActionResult> {
  const container = `${session.account.pod ?? ''}${recordings}`;
  return onConsultation(session, item, async () =>
    verdictOf(await add(session, container, await session.recording(item, segment))),
  );
}
