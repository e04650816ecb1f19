// What a session shows once it has signed in: to whom, until when, and what is renewed.
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpRequest } from '../targets/target.ts';
import { authorized, say } from './authorized.ts';
import { hold } from './held.ts';
import { headerSession, jsonLogin } from './json-login.ts';
import { LoginProblem } from './problem.ts';
import { type Reply, sessionUnderTest, type UnderTest } from './session-under-test.ts';

let under: UnderTest;
afterEach(() => under.close());

const get = (url: string): HttpRequest => ({ method: 'GET', url, route: '/x' });
const shownTo = (path: string): (string | undefined)[] =>
  under.asked.filter((asked) => asked.path === path).map(({ headers }) => headers.authorization);
const body = { email: 'pat@patients.example', password: 'open-sesame' };

describe('JSON login', () => {
  it('takes the bearer from its place, tells the oracle, and shows it from then on', async () => {
    under = await sessionUnderTest(({ path }) => (path === '/login' ? { body: { data: { tokens: ['t0ken'] } } } : {}));
    expect(await jsonLogin(under.session, { url: '/login', body, token: 'data.tokens.0' })).toEqual({ outcome: 'ok' });
    await authorized(under.session, get('/me'));
    await authorized(under.session, get(`${under.origin}/own`));
    expect(JSON.parse(under.asked[0]?.body ?? '')).toEqual(body);
    expect([shownTo('/login'), shownTo('/me'), shownTo('/own')]).toEqual([
      [undefined],
      ['Bearer t0ken'],
      ['Bearer t0ken'],
    ]);
    expect(under.issued).toEqual(['t0ken']);
  });

  it('shows nothing to another host, nor any more once the next login has begun', async () => {
    let status = 200;
    under = await sessionUnderTest(
      ({ path }) => (path === '/login' ? { status, body: { token: 't0ken' } } : {}),
      ['localhost'],
    );
    await jsonLogin(under.session, { url: '/login', body, token: 'token' });
    await authorized(under.session, get(`${under.origin.replace('127.0.0.1', 'localhost')}/elsewhere`));
    expect(shownTo('/elsewhere')).toEqual([undefined]);
    status = 401;
    expect(await jsonLogin(under.session, { url: '/login', body, token: 'token' })).toEqual({
      outcome: 'refused',
      detail: 'POST /login answered 401, where a session was expected',
    });
    expect(await say(under.session, get('/me'))).toEqual({ outcome: 'ok' });
    expect(shownTo('/me')).toEqual([undefined]);
  });

  it.each([
    [{ token: { deep: 'secret-token' } }, 'token'],
    [{}, 'token'],
    [{ token: '' }, 'token'],
  ])('says where nothing was: %j', async (answer, token) => {
    under = await sessionUnderTest(() => ({ body: answer }));
    expect(await jsonLogin(under.session, { url: '/login', body, token })).toEqual({
      outcome: 'failed',
      detail: 'POST /login answered 200 without a text at token',
    });
  });
});

describe('a product that renews its tokens by an address of its own', () => {
  const answer = (count: number, more: object = {}) => ({ body: { token: `t0ken-${count}`, ...more } });

  it('is sent the refresh token that came last, before the token expires', async () => {
    let count = 0;
    under = await sessionUnderTest(({ path }) => {
      if (path !== '/login' && path !== '/renew') return {};
      count += 1;
      // The third answer rotates nothing.
      return answer(count, { seconds: 0.002, ...(count < 3 && { next: `refresh-${count}` }) });
    });
    const renewal = {
      url: '/renew',
      refreshToken: 'next',
      body: (refreshToken: string) => ({ refreshToken }),
      seconds: 'seconds',
    };
    await jsonLogin(under.session, { url: '/login', body, token: 'token', renewal });
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await authorized(under.session, get('/me'));
    }
    const sent = under.asked.filter(({ path }) => path === '/renew').map((asked) => JSON.parse(asked.body));
    expect(sent).toEqual([1, 2, 2].map((each) => ({ refreshToken: `refresh-${each}` })));
    expect(shownTo('/me')).toEqual([2, 3, 4].map((each) => `Bearer t0ken-${each}`));
    expect(under.issued).toEqual(['t0ken-1', 'refresh-1', 't0ken-2', 'refresh-2', 't0ken-3', 't0ken-4']);
  });

  it('may have it in a cookie, and is asked after a 401', async () => {
    under = await sessionUnderTest(({ path, headers }): Reply => {
      if (path === '/login') return { ...answer(1), headers: { 'set-cookie': 'refresh=of-a-session; Path=/renew' } };
      if (path === '/renew') return headers.cookie === 'refresh=of-a-session' ? answer(2) : { status: 403 };
      return { status: headers.authorization === 'Bearer t0ken-2' ? 200 : 401 };
    });
    await jsonLogin(under.session, { url: '/login', body, token: 'token', renewal: { url: '/renew' } });
    expect(await say(under.session, get('/me'))).toEqual({ outcome: 'ok' });
    expect(shownTo('/me')).toEqual(['Bearer t0ken-1', 'Bearer t0ken-2']);
  });
});

describe('session in a header of the product’s own', () => {
  it('is shown with the headers of the app, and rolls', async () => {
    under = await sessionUnderTest(({ path }, count): Reply => {
      if (path === '/login') return { headers: { 'x-new': 'value-0' } };
      return count === 2 ? { headers: { 'x-next': 'value-1' } } : {};
    });
    await headerSession(under.session, {
      url: '/login',
      body,
      headers: { 'x-app': 'app-1' },
      token: { header: 'x-new' },
      header: 'x-session',
      rolledIn: 'x-next',
    });
    for (let count = 0; count < 3; count++) await authorized(under.session, get('/me'));
    expect(under.asked.map(({ headers }) => [headers['x-app'], headers['x-session']])).toEqual([
      ['app-1', undefined],
      ['app-1', 'value-0'],
      ['app-1', 'value-1'],
      ['app-1', 'value-1'],
    ]);
    expect(under.issued).toEqual(['value-0', 'value-1']);
  });
});

describe('renewal', () => {
  const held = (value: string) => ({ headers: { authorization: value } });

  it('is due before the end, and two at once share it', async () => {
    let count = 0;
    under = await sessionUnderTest(() => ({}));
    const renew = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      count += 1;
      return held('new');
    };
    hold(under.session, { ...held('old'), renewAtMs: Date.now() - 1, renew });
    await Promise.all([authorized(under.session, get('/me')), authorized({ ...under.session }, get('/me'))]);
    await authorized(under.session, get('/me'));
    expect(shownTo('/me')).toEqual(['new', 'new', 'new']);
    expect(count).toBe(1);
  });

  it('follows a 401 once; both answers are in the history', async () => {
    under = await sessionUnderTest(({ headers }) => ({ status: headers.authorization === 'new' ? 200 : 401 }));
    hold(under.session, { ...held('old'), renew: async () => held('new') });
    expect((await authorized(under.session, get('/me'))).status).toBe(200);
    expect(under.client.take().exchanges.map(({ status }) => status)).toEqual([401, 200]);
    hold(under.session, { ...held('old'), renew: async () => held('old') });
    expect((await authorized(under.session, get('/me'))).status).toBe(401);
    expect(under.client.take().exchanges.map(({ status }) => status)).toEqual([401, 401]);
  });

  it('is not made twice for one request, nor for an answer to a token that somebody else has renewed since', async () => {
    let renewals = 0;
    let late = (): void => {};
    const held401 = new Promise<void>((resolve) => {
      late = resolve;
    });
    under = await sessionUnderTest(async ({ path, headers }) => {
      if (path === '/late' && headers.authorization === 'old') await held401;
      return { status: path === '/never' || headers.authorization === 'old' ? 401 : 200 };
    });
    const renew = async () => {
      renewals += 1;
      return { ...held('new'), renew };
    };
    hold(under.session, { ...held('old'), renewAtMs: 0, renew });
    await authorized(under.session, get('/never'));
    expect([renewals, shownTo('/never')]).toEqual([1, ['new']]);
    hold(under.session, { ...held('old'), renew });
    const beside = under.client.beside();
    const waiting = authorized({ ...under.session, http: beside.http }, get('/late'));
    await authorized(under.session, get('/me'));
    late();
    expect((await waiting).status).toBe(200);
    expect([renewals, shownTo('/late')]).toEqual([2, ['old', 'new']]);
    await beside.close();
  });

  it('that is refused leaves the 401 as it was, and is not tried again', async () => {
    let count = 0;
    under = await sessionUnderTest(() => ({ status: 401 }));
    const renew = async () => {
      count += 1;
      throw new LoginProblem('refused');
    };
    hold(under.session, { ...held('old'), renew });
    for (let round = 0; round < 3; round++)
      expect(await say(under.session, get('/me'))).toMatchObject({ outcome: 'refused' });
    expect(shownTo('/me')).toEqual(['old', 'old', 'old']);
    expect(count).toBe(1);
  });

  it('is not for a session that has signed out: it shows what it had', async () => {
    under = await sessionUnderTest(() => ({ status: 401 }));
    const renew = () => Promise.reject(new Error('must not be asked'));
    hold(under.session, { ...held('old'), renewAtMs: 0, renew });
    under.session.signedIn = 'ended';
    expect((await authorized(under.session, get('/me'))).status).toBe(401);
    expect(shownTo('/me')).toEqual(['old']);
  });

  it('that breaks off is the outcome of the action, and can be tried again', async () => {
    under = await sessionUnderTest(() => ({}));
    const answers = [() => Promise.reject(new Error('cut off')), async () => held('new')];
    hold(under.session, { ...held('old'), renewAtMs: 0, renew: () => answers.shift()?.() as never });
    await expect(authorized(under.session, get('/me'))).rejects.toThrow('cut off');
    await authorized(under.session, get('/me'));
    expect(shownTo('/me')).toEqual(['new']);
  });
});
