// Signing in at pages, against a server of one function: what is sent, what is followed, what is said when it fails.
import { afterEach, describe, expect, it } from 'vitest';
import { type FormLogin, formLogin } from './form-login.ts';
import { type Asked, type Reply, sessionUnderTest, type UnderTest } from './session-under-test.ts';
import { redirectsMax } from './walk.ts';

let under: UnderTest;
afterEach(() => under.close());

const { email, password } = { email: 'pat@patients.example', password: 'open-sesame-Aa1!' };
const page = (inside: string, action = '/login?next=%2F&amp;a=1'): string =>
  `<!-- <form><input name="email"><input name="password"></form> --><form action="${action}" method="post">
   <input type="hidden" name="_csrf" value="t&#x3d;1&amp;2">${inside}
   <input type=email name=email value="old"><input type=password name=password><button name="go" value="in">Go</button></form>`;

const login: FormLogin = {
  page: '/login',
  forms: [{ fields: { email, password } }],
  signedIn: { redirect: '/account' },
};

/** A product that shows a form, and takes it. */
const product =
  (form: string, taken: (asked: Asked) => Reply) =>
  (asked: Asked): Reply => {
    if (asked.path === '/login' && asked.method === 'GET') return { headers: { 'set-cookie': 'pre=1' }, body: form };
    if (asked.path === '/login') return taken(asked);
    return { body: 'Welcome. Sign out' };
  };
const toAccount = (): Reply => ({
  status: 303,
  headers: { location: '/account', 'set-cookie': 'sid=s3ss10n-value-0001' },
});

describe('form login', () => {
  it('sends what a browser would: hidden inputs, untouched fields, choices, the button, cookie, origin and referer', async () => {
    const more = `<input name=remember type=checkbox checked><input name=news type=checkbox>
      <select name=clinic><option value=a>A<option value=b selected>B</select><textarea name=note>hello &amp; bye</textarea>
      <input name=off disabled value=x><input type=submit name=cancel value=no>`;
    under = await sessionUnderTest(product(page(more), toAccount));
    expect(await formLogin(under.session, login)).toEqual({ outcome: 'ok' });
    const sent = under.asked[1];
    expect([...(sent?.form ?? [])]).toEqual([
      ['_csrf', 't=1&2'],
      ['remember', 'on'],
      ['clinic', 'b'],
      ['note', 'hello & bye'],
      ['email', email],
      ['password', password],
      ['cancel', 'no'],
    ]);
    expect(sent?.query.get('a')).toBe('1');
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      cookie: 'pre=1',
      origin: under.origin,
      referer: `${under.origin}/login`,
    });
    expect(under.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /login',
      'POST /login',
      'GET /account',
    ]);
  });

  it.each([
    ['meta tag into a header', { meta: 'csrf-token', header: 'x-csrf-token' }],
    ['cookie into a header', { cookie: 'XSRF-TOKEN', header: 'x-csrf-token' }],
    ['meta tag into a field', { meta: 'csrf-token', field: '_token' }],
    ['hidden input', { input: '_csrf' }],
  ] as const)('takes the CSRF token from a %s', async (_, csrf) => {
    const html = `<meta name=csrf-token content="a+b="><form method=post><input type=hidden name=_csrf value="a+b="><input name=email><input name=password></form>`;
    under = await sessionUnderTest((asked) => {
      if (asked.method === 'GET' && asked.path === '/login')
        return {
          headers: { 'set-cookie': ['a=1; Expires=Wed, 09 Jun 2100 10:18:14 GMT', 'XSRF-TOKEN=a%2Bb%3D; Path=/'] },
          body: html,
        };
      const tokens = [
        asked.headers['x-csrf-token'],
        asked.form.get('_token'),
        'input' in csrf && asked.form.get('_csrf'),
      ];
      return tokens.includes('a+b=') ? toAccount() : { status: 403 };
    });
    expect(await formLogin(under.session, { ...login, forms: [{ fields: { email, password }, csrf }] })).toEqual({
      outcome: 'ok',
    });
  });

  it.each([
    [{ input: '_token' }, 'no hidden input _token'],
    [{ meta: 'csrf', header: 'x' }, 'no meta tag csrf'],
    [{ cookie: 'XSRF', header: 'x' }, 'set no cookie XSRF'],
  ] as const)('says that the page lacks %j', async (csrf, what) => {
    under = await sessionUnderTest(product(page(''), toAccount));
    const result = await formLogin(under.session, { ...login, forms: [{ fields: { email, password }, csrf }] });
    expect(result).toMatchObject({ outcome: 'failed', detail: expect.stringContaining(what) });
  });

  it('goes from form to form, over redirects that are absolute, and leaves out one that does not come up', async () => {
    under = await sessionUnderTest((asked): Reply => {
      const at = `${asked.method} ${asked.path}`;
      const to = (location: string, status = 302): Reply => ({ status, headers: { location } });
      if (at === 'GET /start') return to(`${under.origin}/name`);
      if (at === 'GET /name') return { body: '<form method=post><input name=email></form>' };
      if (at === 'POST /name') return to('word?step=2#top', 303);
      if (at === 'GET /word')
        return { body: '<form method=post action="?step=3"><input name=password type=password></form>' };
      if (at === 'POST /word')
        return {
          body: `<body onload="document.forms[0].submit()"><form method=post action="${under.origin}/callback"><input type=hidden name=code value=c0de></form>`,
        };
      if (at === 'POST /callback' && asked.form.get('code') === 'c0de') return toAccount();
      return { body: 'Welcome' };
    });
    const forms: FormLogin['forms'] = [{ fields: { email } }, { fields: { password } }, { fields: { consent: 'yes' } }];
    expect(await formLogin(under.session, { page: '/start', forms, signedIn: { redirect: '/account' } })).toEqual({
      outcome: 'ok',
    });
  });

  it.each([
    [{ cookie: 'sid' }, 'ok'],
    [{ shows: 'Sign out' }, 'ok'],
    [{ status: 200 }, 'ok'],
    [{ redirect: '/account' }, 'ok'],
    [{ cookie: 'pre' }, 'failed'],
    [{ shows: 'Goodbye' }, 'failed'],
    [{ status: 204 }, 'failed'],
    [{ redirect: '/home' }, 'failed'],
  ] as const)('takes %j for: %s', async (signedIn, outcome) => {
    under = await sessionUnderTest(product(page(''), toAccount));
    expect(await formLogin(under.session, { ...login, signedIn })).toMatchObject({ outcome });
    expect(under.issued).toEqual('cookie' in signedIn && outcome === 'ok' ? ['s3ss10n-value-0001'] : []);
  });

  it('keeps 307 on the same host, and sends no password to another', async () => {
    let location = '/login/really';
    under = await sessionUnderTest(
      (asked) => {
        if (asked.method === 'GET' && asked.path === '/login') return { body: page('') };
        if (asked.path === '/login') return { status: 307, headers: { location } };
        return asked.path === '/login/really' && asked.form.get('password') === password ? toAccount() : {};
      },
      ['localhost'],
    );
    expect(await formLogin(under.session, login)).toEqual({ outcome: 'ok' });
    location = under.origin.replace('127.0.0.1', 'localhost');
    const { outcome, detail } = await formLogin(under.session, login);
    expect([outcome, detail]).toEqual([
      'failed',
      expect.stringMatching(/POST \/login answered 307.*localhost.*not followed/),
    ]);
  });

  it.each([
    [
      'a wrong password',
      () => ({ status: 401, body: page('') }),
      'refused',
      /POST \/login answered 401, where a redirect to \/account was expected: it has a form with _csrf, email, password/,
    ],
    [
      'an endless redirect',
      () => ({ status: 302, headers: { location: '/loop' } }),
      'failed',
      new RegExp(`more than ${redirectsMax} redirects`),
    ],
    ['a broken server', () => ({ status: 500, body: `no ${password}` }), 'failed', /answered 500, .* it has no form/],
  ] as const)('says what is wrong with %s, and no secret', async (_, taken, outcome, words) => {
    under = await sessionUnderTest((asked) =>
      asked.path === '/loop'
        ? { status: 302, headers: { location: '/loop?token=open-sesame' } }
        : product(page(''), taken)(asked),
    );
    const result = await formLogin(under.session, login);
    expect(result).toMatchObject({ outcome, detail: expect.stringMatching(words) });
    expect(JSON.stringify([result, under.client.take()])).not.toMatch(/open-sesame|pat@patients/);
  });

  it('says that the page has no such form', async () => {
    under = await sessionUnderTest(() => ({ status: 404, body: '<form><input name=search></form>' }));
    expect((await formLogin(under.session, login)).detail).toBe(
      'GET /login answered 404, where a form with email, password was expected: it has a form with search',
    );
  });

  it('does not go in circles from page to page', async () => {
    under = await sessionUnderTest(() => ({
      body: '<form method=post action=/x><input type=hidden name=code value=1></form>',
    }));
    expect((await formLogin(under.session, login)).detail).toMatch(/10 pages without an end/);
    expect(under.asked.length).toBeLessThan(12);
  });
});
