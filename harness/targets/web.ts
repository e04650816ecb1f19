// The ready adapter for systems that are pages only: one signs in at a form, the list is a page, recordings are what it links to or plays,
// one signs out by a button. `web({ … })` says where; the same for eyes, where the names on the pages are given. Safe inside k6.
import { isAt, resolved, resolvedOn } from '../logins/address.ts';
import type { CsrfToken } from '../logins/fill.ts';
import { formLogin, type Sign } from '../logins/form-login.ts';
import { resultOf, unexpected } from '../logins/problem.ts';
import { walk } from '../logins/walk.ts';
import { keep, play, verdictOf } from './talk.ts';
import {
  type Account,
  type ActionFunctions,
  type ActionResult,
  type Declarations,
  defineTarget,
  type HttpResponse,
  type PageFunctions,
  type SessionContext,
  type Target,
} from './target.ts';
import { asksToSignIn, formTo, leadingTo, nextOf } from './web-page.ts';
import { type Names, pagesByNames } from './web-pages.ts';

export interface WebOptions {
  readonly name: string;
  readonly signIn: {
    /** The page with the form, or one that leads there. */
    readonly page: string;
    /** By the names of the form's fields. Default `{ email, password }`. What the form hides is sent along. */
    readonly fields?: (account: Account) => Readonly<Record<string, string>>;
    readonly csrf?: CsrfToken;
    readonly signedIn: Sign;
  };
  readonly history: {
    readonly page: string;
    /** What addresses of recordings look like, as in `/recordings/{id}/content`: each on the page can be played, and its id is on the list. */
    readonly recordings: string;
    /** Where the list links to a page for each recording, and only that one has the player: what such a page's address looks like. */
    readonly player?: string;
    /** Of what else has an id on the list, such as `/visits/{id}`. */
    readonly items?: readonly string[];
  };
  /** Where the page of one's own account is. */
  readonly self?: string;
  readonly signOut: {
    /** A page with its button. Default: the list's. */
    readonly page?: string;
    /** Where the button's form is sent. */
    readonly action: string;
  };
  readonly enrolment: Target['enrolment'];
  readonly declares?: Partial<Declarations>;
  /** What else the system can do, or does otherwise. `submitAt` sends a form of a page. */
  readonly actions?: ActionFunctions;
  /** What a person reads on the pages, for `--browser`. */
  readonly names?: Names;
  readonly pages?: PageFunctions;
}

export function web(options: WebOptions): Target {
  const { name, signIn, history, self, signOut, enrolment, names } = options;
  const pages = { ...(names && pagesByNames(names, options)), ...options.pages };
  return defineTarget({
    name,
    declares: {
      headers: {},
      signOutBoundMs: 0,
      withdrawalBoundMs: 0,
      erasureBoundMs: 0,
      recordingReadyBoundMs: 10_000,
      ...options.declares,
    },
    actions: {
      'sign-in': (session) => {
        const { email = '', password = '' } = session.account;
        const fields = signIn.fields?.(session.account) ?? { email, password };
        const form = { fields, ...(signIn.csrf && { csrf: signIn.csrf }) };
        return formLogin(session, { page: signIn.page, forms: [form], signedIn: signIn.signedIn });
      },
      ...(self !== undefined && {
        'who-am-i': async (session: SessionContext) => verdictOfPage(await openPage(session, self, self)),
      }),
      'view-history': (session, { of }) => {
        // Another's list has an address of its own, which only the system's own adapter knows.
        if (of !== undefined)
          return Promise.resolve({ outcome: 'refused', detail: 'these pages show one’s own alone' });
        return lookAtList(session, history.page, history.page, history);
      },
      'turn-page': (session) => {
        const next = session.memory.get('next page');
        if (next === undefined) return Promise.resolve({ outcome: 'ok', detail: 'there is no further page' });
        return lookAtList(session, next, `${history.page}?page`, history);
      },
      async watch(session, { pick, range }) {
        const link = session.playable[pick % session.playable.length];
        return history.player === undefined
          ? play(session, link, history.recordings, range)
          : playAt(session, link, history.player, history.recordings, range);
      },
      'follow-link': (session) =>
        history.player === undefined
          ? play(session, session.postedLink, history.recordings)
          : playAt(session, session.postedLink, history.player, history.recordings),
      'sign-out': (session) => submitAt(session, signOut.page ?? history.page, signOut.action),
      ...options.actions,
    },
    enrolment,
    ...(Object.keys(pages).length > 0 && { pages }),
  });
}

/** Opens the page, fills in the form that is sent to `action`, and sends it with all that a browser would send along. */
export const submitAt = (
  session: SessionContext,
  page: string,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<ActionResult> =>
  resultOf(async () => {
    const way = walk(session);
    const there = await way.open(page);
    if (there.kind === 'stop') return;
    const { url, response } = there;
    const place = resolved(url, action);
    const form = formTo(response.text, (each) => isAt(resolved(url, each), place));
    if (form === undefined) throw unexpected('GET', url, refusalOf(response), `a form to ${action} was expected`);
    const given = new Map(Object.entries(fields));
    const untouched = form.filled.filter(([name]) => !given.has(name));
    const sent = [...untouched, ...given, ...form.buttons.slice(0, 1)];
    const end = await way.submit({ method: form.method, url: place, fields: sent }, url);
    if (end.kind === 'page' && end.response.status >= 400)
      throw unexpected(end.method, end.url, end.response, 'the form was to be taken');
  });

/** Who is asked to sign in was refused, though the page came well. */
const refusalOf = (response: HttpResponse): Pick<HttpResponse, 'status'> =>
  asksToSignIn(response.text) ? { status: 401 } : response;

const openPage = (session: SessionContext, url: string, route: string): Promise<HttpResponse> =>
  session.http.request({ method: 'GET', url, route, headers: { accept: 'text/html' } });

/** A page of one's own that leads elsewhere, or asks to sign in, was refused. */
function verdictOfPage(response: HttpResponse): ActionResult {
  const { status } = response;
  if (status >= 300 && status < 400) return { outcome: 'refused', detail: `${status}: led elsewhere` };
  return asksToSignIn(response.text) ? { outcome: 'refused', detail: 'asked to sign in' } : verdictOf(response);
}

async function lookAtList(
  session: SessionContext,
  url: string,
  route: string,
  { recordings, player, items = [] }: WebOptions['history'],
): Promise<ActionResult> {
  const response = await openPage(session, url, route);
  const verdict = verdictOfPage(response);
  if (verdict.outcome !== 'ok') return verdict;
  const listed = [player ?? recordings, ...items].map((template) => leadingTo(response.text, template));
  session.playable = (listed[0] ?? []).map((found) => resolvedOn(url, found.url));
  const next = nextOf(response.text);
  keep(session, 'next page', next === undefined ? undefined : resolvedOn(url, next));
  const listedIds = [...new Set(listed.flat().map(({ id }) => id))];
  return { ...verdict, listedIds, complete: route === url && next === undefined };
}

async function playAt(
  session: SessionContext,
  link: string | null | undefined,
  player: string,
  recordings: string,
  range?: Parameters<typeof play>[3],
): Promise<ActionResult> {
  if (!link) return { outcome: 'failed', detail: 'there is no link to play' };
  const response = await openPage(session, link, player);
  const verdict = verdictOfPage(response);
  if (verdict.outcome !== 'ok') return verdict;
  const [found] = leadingTo(response.text, recordings);
  return play(session, found && resolvedOn(link, found.url), recordings, range);
}
