// The adapter of Armadietto, as a team that keeps a clinic's consultations in its patients' remoteStorage would write it: one storage a
// patient, a consultation a JSON document, a recording a video, both under `clinic/`; a token from the page on which one allows the app in.
import { z } from 'zod';
import { expectOk, form, isOk, keepToken, play, say, send, verdictOf } from '../../../harness/targets/talk.ts';
import {
  type Account,
  defineTarget,
  type HttpResponse,
  type OwnEnrolment,
  type SessionContext,
  type Target,
} from '../../../harness/targets/target.ts';

const consultations = 'clinic/consultations/';
const card = 'clinic/card.json';
/** More than a patient has in a drill. */
const listedMax = 60;
const folder = z.object({ items: z.record(z.string(), z.unknown()) });
const app = 'http://clinic.example';

const enrolmentWith = (recordings: string): OwnEnrolment => ({
  by: 'patients',
  async signUp(http, { email, password, surname, givenName }) {
    // It stands in every address, and so must say nothing of its owner.
    const username = crypto.randomUUID();
    const sent = { method: 'POST', url: '/signup', route: '/signup' } as const;
    expectOk(await http.request({ ...sent, ...form({ username, email, password }) }), 'signing up');
    return { username, password, email, surname, givenName };
  },
  async addConsultation(session, consultation, media) {
    const { email = '', surname = '', givenName = '' } = session.account;
    const { item } = consultation;
    expectOk(await put(session, card, { email, surname, givenName }), 'the card');
    expectOk(await put(session, `${consultations}${item}.json`, { ...consultation }), 'a consultation');
    if (media !== null) expectOk(await put(session, `${recordings}${item}-0.webm`, media), 'a recording');
  },
  /** The account itself can't be removed, and stays without a thing in it. */
  async remove(session) {
    for (const of of [consultations, recordings]) {
      for (const path of (await listed(session, session.account, of)).paths)
        expectOk(await send(session, { method: 'DELETE', url: path, route: routeOf(path) }), 'removing');
    }
    const gone = await send(session, { method: 'DELETE', ...at(session.account, card) });
    if (gone.status !== 404) expectOk(gone, 'removing the card');
  },
});

/** `recordings`: the folder for them; what is under `public/` goes to whoever has its address. */
export const armadietto = (recordings: string): Target =>
  defineTarget({
    name: 'armadietto',
    declares: {
      headers: { cacheStatus: 'x-cache-status' },
      // Nothing ends a token: an app that signs out forgets it.
      signOutBoundMs: 86_400_000,
      withdrawalBoundMs: 0,
      erasureBoundMs: 0,
      recordingReadyBoundMs: 0,
    },
    actions: {
      async 'sign-in'(session) {
        const { username = '', password = '' } = session.account;
        keepToken(session, null);
        const asked = { client_id: app, redirect_uri: `${app}/`, response_type: 'token', scope: 'clinic:rw' };
        const sent = { method: 'POST', url: '/oauth', route: '/oauth' } as const;
        const response = await session.http.request({ ...sent, ...form({ username, password, ...asked }) });
        const [, token] = /[#&]access_token=([^&]+)/.exec(response.header('location') ?? '') ?? [];
        if (token === undefined) return { outcome: 'refused', detail: `${response.status} without a token` };
        return { outcome: 'ok', sessionValues: keepToken(session, decodeURIComponent(token)) };
      },
      'who-am-i': (session) => say(session, { method: 'GET', ...at(session.account, card) }),
      async book(session, { item, modality }) {
        const path = `${consultations}${item}.json`;
        const response = await put(session, path, { ...session.consultation(item), modality });
        if (!isOk(response)) return verdictOf(response);
        return { outcome: 'ok', createdIds: [at(session.account, path).url] };
      },
      async 'view-consultation'(session, { item }) {
        const where = at(session.account, `${consultations}${item}.json`);
        const seen = await say(session, { method: 'GET', ...where });
        return seen.outcome === 'ok' ? { ...seen, listedIds: [where.url] } : seen;
      },
      cancel: (session, { item }) =>
        say(session, { method: 'DELETE', ...at(session.account, `${consultations}${item}.json`) }),
      attend: async (session, { item }) =>
        verdictOf(
          await put(session, `${consultations}${item}.json`, { ...session.consultation(item), attended: true }),
        ),
      'switch-call': async (session, { item }) =>
        verdictOf(await put(session, `${recordings}${item}-0.webm`, await session.recording(item, 0))),
      'end-call': async (session, { item }) =>
        verdictOf(await put(session, `${recordings}${item}-1.webm`, await session.recording(item, 1))),
      async 'view-history'(session) {
        const past = await listed(session, session.account, consultations);
        if (!isOk(past.response)) return verdictOf(past.response);
        for (const path of past.paths) {
          const seen = await send(session, { method: 'GET', url: path, route: routeOf(path) });
          if (!isOk(seen)) return verdictOf(seen);
        }
        const videos = await listed(session, session.account, recordings);
        if (!isOk(videos.response)) return verdictOf(videos.response);
        session.playable = videos.paths;
        const complete = past.complete && videos.complete;
        return { outcome: 'ok', listedIds: [...past.paths, ...videos.paths], complete };
      },
      watch: (session, { pick, range }) => {
        const path = session.playable[pick % session.playable.length];
        return play(session, path, routeOf(path ?? ''), range);
      },
      'follow-link': (session) => play(session, session.postedLink, routeOf(session.postedLink ?? '')),
      'sign-out': async () => ({ outcome: 'ok' }),
    },
    enrolment: enrolmentWith(recordings),
  });

export const target = armadietto('clinic/recordings/');

/** Whoever has no storage asks for one that nobody has. */
const at = ({ username = 'nobody' }: Account, path: string) => {
  const url = `/storage/${username}/${path}`;
  return { url, route: routeOf(url) };
};

/** `/storage/{user}/clinic/recordings/{id}` */
const routeOf = (path: string): string =>
  path.replace(/^\/storage\/[^/]+/, '/storage/{user}').replace(/\/\d[\w-]*\.(json|webm)$/, '/{id}');

function put(
  session: SessionContext,
  path: string,
  body: Record<string, unknown> | Uint8Array<ArrayBuffer>,
): Promise<HttpResponse> {
  const type = body instanceof Uint8Array ? 'video/webm' : 'application/json';
  return send(session, { method: 'PUT', ...at(session.account, path), headers: { 'content-type': type }, body });
}

async function listed(session: SessionContext, of: Account, path: string) {
  const { url, route } = at(of, path);
  const response = await send(session, { method: 'GET', url, route });
  const names = isOk(response) ? Object.keys(folder.parse(response.json()).items) : [];
  const paths = names.slice(0, listedMax).map((name) => `${url}${name}`);
  return { response, paths, complete: names.length <= listedMax };
}
