// The adapter of a WebDAV server on which each patient has a folder: a consultation is a JSON file, a recording a video, the list what PROPFIND tells of
// the folder. There is no session: name and password go along with every request.
import { base64 } from '../../../harness/logins/base64.ts';
import { play, type Range, rangeHeader, verdictOf } from '../../../harness/targets/talk.ts';
import {
  type ActionResult,
  AdapterError,
  defineTarget,
  type HttpRequest,
  type HttpResponse,
  type SessionContext,
} from '../../../harness/targets/target.ts';

type Asked = Omit<HttpRequest, 'route'>;

/** `/{user}/{file}.json` */
const routeOf = (url: string): string =>
  url.replace(/^\/[^/]+\//, '/{user}/').replace(/\/[^/]+\.(json|webm)$/, '/{file}.$1');

const homeOf = ({ account }: Pick<SessionContext, 'account'>): string => `/${account.username ?? 'nobody'}/`;

function ask(session: SessionContext, asked: Asked): Promise<HttpResponse> {
  // Whoever has not signed in shows nothing; whoever has signed out shows once more what they had.
  const shown = session.memory.get('authorization');
  const headers = { ...asked.headers, ...(shown && { authorization: shown }) };
  return session.http.request({ ...asked, route: routeOf(asked.url), headers });
}

const say = async (session: SessionContext, asked: Asked): Promise<ActionResult> =>
  verdictOf(await ask(session, asked));

/** What stands in a folder, by its `href`s (RFC 4918, section 9.1). */
async function listed(session: SessionContext, folder: string): Promise<{ response: HttpResponse; files: string[] }> {
  const response = await ask(session, { method: 'PROPFIND', url: folder, headers: { depth: '1' } });
  const hrefs = [...response.text.matchAll(/<D:href>([^<]*)<\/D:href>/g)].map(([, href = '']) =>
    decodeURIComponent(href.replace(/^https?:\/\/[^/]+/, '')),
  );
  return { response, files: hrefs.filter((href) => /\.(json|webm)$/.test(href)) };
}

const put = (session: SessionContext, url: string, body: Asked['body'], type: string): Promise<ActionResult> =>
  say(session, { method: 'PUT', url, headers: { 'content-type': type }, ...(body && { body }) });

const consultation = (session: SessionContext, item: number, more: object = {}): Promise<ActionResult> =>
  put(session, `${homeOf(session)}${item}.json`, { ...session.consultation(item), ...more }, 'application/json');

async function record(session: SessionContext, item: number, segment: 0 | 1): Promise<ActionResult> {
  const { fileName } = session.consultation(item);
  const url = `${homeOf(session)}${item}-${segment}-${fileName}`;
  return put(session, url, await session.recording(item, segment), 'video/webm');
}

function must(result: ActionResult, what: string): void {
  if (result.outcome !== 'ok') throw new AdapterError(`${what}: ${result.detail}`);
}

export const target = defineTarget({
  name: 'webdav-server',
  declares: {
    headers: { cacheStatus: 'x-cache-status' },
    // A password is good until it is changed; there is nothing that ends.
    signOutBoundMs: 86_400_000,
    withdrawalBoundMs: 0,
    erasureBoundMs: 0,
    recordingReadyBoundMs: 0,
  },
  actions: {
    async 'sign-in'(session) {
      const { username = '', password = '' } = session.account;
      session.memory.set('authorization', `Basic ${base64(`${username}:${password}`)}`);
      return verdictOf((await listed(session, homeOf(session))).response);
    },
    async book(session, { item }) {
      const made = await consultation(session, item);
      return made.outcome === 'ok' ? { ...made, createdIds: [`${homeOf(session)}${item}.json`] } : made;
    },
    'view-consultation': (session, { item }) => say(session, { method: 'GET', url: `${homeOf(session)}${item}.json` }),
    cancel: (session, { item }) => say(session, { method: 'DELETE', url: `${homeOf(session)}${item}.json` }),
    attend: (session, { item }) => consultation(session, item, { attended: true }),
    'switch-call': (session, { item }) => record(session, item, 0),
    'end-call': (session, { item }) => record(session, item, 1),
    async 'view-history'(session) {
      const { response, files } = await listed(session, homeOf(session));
      if (response.status !== 207) return verdictOf(response);
      for (const url of files.filter((file) => file.endsWith('.json'))) {
        const seen = await ask(session, { method: 'GET', url });
        if (seen.status !== 200) return verdictOf(seen);
      }
      session.playable = files.filter((file) => file.endsWith('.webm'));
      return { outcome: 'ok', listedIds: files, complete: true };
    },
    watch: (session, { pick, range }) => watch(session, session.playable[pick % session.playable.length], range),
    'follow-link': (session) => watch(session, session.postedLink),
    'sign-out': async () => ({ outcome: 'ok' }),
  },
  enrolment: {
    by: 'patients',
    async addConsultation(session, { item, fileName }, media) {
      must(await consultation(session, item), 'a consultation');
      const url = `${homeOf(session)}${item}-0-${fileName}`;
      if (media !== null) must(await put(session, url, media, 'video/webm'), 'a recording');
    },
    async remove(session) {
      const { files } = await listed(session, homeOf(session));
      for (const url of files) must(await say(session, { method: 'DELETE', url }), 'removing a file');
    },
  },
});

async function watch(session: SessionContext, url: string | null | undefined, range?: Range): Promise<ActionResult> {
  if (!url) return play(session, url, '');
  return say(session, { method: 'GET', url, headers: rangeHeader(range), expect: 'bytes' });
}
