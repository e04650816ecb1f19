// A product that is pages only, of one file: how its forms, its list and its recordings are read, and what it looks like to be turned away.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, type Reply, sessionUnderTest, type UnderTest } from '../logins/session-under-test.ts';
import type { ActionFunctions, Target } from './target.ts';
import { type WebOptions, web } from './web.ts';
import { leadingTo, nextOf } from './web-page.ts';

const page = (body: string, status = 200): Reply => ({ status, body, headers: { 'content-type': 'text/html' } });
const signInForm =
  '<form method="post" action="/session"><input type="hidden" name="_csrf" value="token-1"><input name="login"><input type="password" name="word"><button name="go" value="1">In</button></form>';
const signOutForm =
  '<form method="post" action="/session/end"><input type="hidden" name="_csrf" value="token-2"><button>Out</button></form>';

function product({ method, path, query, form, headers }: Asked): Reply {
  const isIn = headers.cookie?.includes('sid=good') === true;
  const at = `${method} ${path}`;
  if (at === 'GET /welcome') return page(signInForm);
  if (at === 'POST /session') {
    if (form.get('_csrf') !== 'token-1' || form.get('word') !== 'open-sesame-Aa1!') return page(signInForm, 401);
    return { status: 303, headers: { location: '/visits', 'set-cookie': 'sid=good; HttpOnly; Path=/' } };
  }
  if (!isIn) return path === '/me' ? page(signInForm) : { status: 302, headers: { location: '/welcome' } };
  if (at === 'GET /me') return page('me');
  if (at === 'POST /session/end')
    return form.get('_csrf') === 'token-2'
      ? { status: 303, headers: { location: '/welcome', 'set-cookie': 'sid=; Max-Age=0; Path=/' } }
      : page('', 403);
  if (path === '/visits' && query.get('from') === null)
    return page(
      `${signOutForm}<a href="/films/7?a=1&amp;b=2">one</a><a href="films/8">two</a><a href="/visits/v-1">visit</a><a href="/films">all</a><a rel="next" href="?from=2">more</a>`,
    );
  if (path === '/visits') return page('<a href="/films/9">three</a>');
  if (path === '/films/7') return page('<video><source src="/media/m-7.webm?sig=x"></video>');
  if (path === '/media/m-7.webm') return { status: 206, body: 'byte', headers: { 'content-type': 'video/webm' } };
  return page('', 404);
}

const options: WebOptions = {
  name: 'pages',
  signIn: {
    page: '/welcome',
    fields: ({ email = '', password = '' }) => ({ login: email, word: password }),
    signedIn: { cookie: 'sid' },
  },
  history: { page: '/visits', recordings: '/media/{id}', player: '/films/{id}', items: ['/visits/{id}'] },
  self: '/me',
  signOut: { action: '/session/end' },
  enrolment: { by: 'patients', addConsultation: async () => {} },
};

let under: UnderTest;
let target: Target;
beforeEach(async () => {
  under = await sessionUnderTest(product);
  target = web(options);
});
afterEach(() => under.close());

const act = <K extends keyof ActionFunctions>(kind: K, action: object = {}) =>
  (target.actions[kind] as (session: unknown, action: object) => Promise<unknown>)(under.session, { kind, ...action });

describe('a product of pages', () => {
  it('is signed in to by its form, and out of by its button, each with what the page hides', async () => {
    expect(await act('sign-in')).toMatchObject({ outcome: 'ok' });
    expect(under.issued).toEqual(['good']);
    expect(await act('who-am-i')).toMatchObject({ outcome: 'ok' });
    expect(await act('sign-out')).toEqual({ outcome: 'ok' });
    expect(under.asked.find(({ path }) => path === '/session')?.form.get('go')).toBe('1');
    expect(await act('view-history')).toEqual({ outcome: 'refused', detail: '302: led elsewhere' });
    expect(await act('who-am-i')).toEqual({ outcome: 'refused', detail: 'asked to sign in' });
    expect(await act('sign-out')).toMatchObject({ outcome: 'refused' });
  });

  it('shows its list, page by page, and plays what a page of the list has in its player', async () => {
    await act('sign-in');
    expect(await act('view-history')).toEqual({ outcome: 'ok', listedIds: ['7', 'v-1'], complete: false });
    expect(under.session.playable).toEqual(['/films/7?a=1&b=2']);
    under.client.take();
    expect(await act('watch', { pick: 0, range: { firstByte: 0, lastByte: 3 } })).toMatchObject({ outcome: 'ok' });
    const { exchanges } = under.client.take();
    expect(exchanges.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      'GET /films/{id} 200',
      'GET /media/{id} 206',
    ]);
    expect(await act('turn-page')).toEqual({ outcome: 'ok', listedIds: ['9'], complete: false });
    expect(under.asked.at(-1)?.query.get('from')).toBe('2');
    expect(await act('turn-page')).toMatchObject({ detail: 'there is no further page' });
  });

  it('is never asked for another’s list, for which pages have no address here', async () => {
    expect(await act('view-history', { of: 3 })).toMatchObject({ outcome: 'refused' });
    expect(under.asked).toHaveLength(0);
  });

  it('takes its own word for what it can do besides', () => {
    const book: ActionFunctions['book'] = async () => ({ outcome: 'ok' });
    expect(web({ ...options, actions: { book } }).actions.book).toBe(book);
    expect(web(options).pages).toBeUndefined();
    const names = { email: 'E-mail', password: 'Password', signIn: 'In', signOut: 'Out', play: /^Play/ };
    expect(Object.keys(web({ ...options, names }).pages ?? {})).toEqual([
      'sign-in',
      'who-am-i',
      'view-history',
      'watch',
      'sign-out',
    ]);
  });
});

describe('what a page leads to', () => {
  it('is what looks like the template, wherever it stands, and nothing that only begins like it', () => {
    const html = `<div data-play="https://media.example/r/1/content?sig=a&amp;t=b"><img src="/r/2/thumbnail"><a href="/r/3/content/more">x</a>
      <video src="/r/4/content#t=2"><a href="/r/1.5/content">y</a><p title="see /r/9/content">z</p>`;
    expect(leadingTo(html, '/r/{id}/content')).toEqual([
      { url: 'https://media.example/r/1/content?sig=a&t=b', id: '1' },
      { url: '/r/4/content#t=2', id: '4' },
      { url: '/r/1.5/content', id: '1.5' },
    ]);
    expect(leadingTo('<a href="/a+b/1">', '/a+b/{id}')).toHaveLength(1);
    expect(nextOf('<link rel="prev next" href="/p?2">')).toBe('/p?2');
  });
});
