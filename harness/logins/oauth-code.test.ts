// The authorization code flow against a provider of a few lines that misbehaves as it is told: what is taken for an answer to this
// login, and what is said of the rest. A real provider is in oauth.e2e.test.ts.
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { authorized } from './authorized.ts';
import { clientCredentials } from './client-credentials.ts';
import { hold } from './held.ts';
import { type OAuthCodeLogin, oauthCodeLogin } from './oauth-code.ts';
import { type Asked, type Reply, sessionUnderTest, type UnderTest } from './session-under-test.ts';
import { refresh } from './tokens.ts';

let under: UnderTest;
afterEach(() => under.close());

const callback = 'org.example.app:/callback';
const secrets = /c0de-secret|access-secret|refresh-secret|s3cret|open-sesame|state-secret/;

interface Behaviour {
  /** Parameters of the callback, over the right ones. */
  readonly calledBack?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly tokens?: Readonly<Record<string, unknown>>;
  readonly tokenReply?: Reply;
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly mode?: 'query' | 'fragment' | 'form_post';
}

async function provider({ mode = 'query', ...behaviour }: Behaviour = {}): Promise<void> {
  let authorization = new URLSearchParams();
  under = await sessionUnderTest((asked): Reply => {
    const { origin } = under;
    if (asked.path === '/.well-known/openid-configuration')
      return {
        body: {
          issuer: origin,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
          ...behaviour.configuration,
        },
      };
    if (asked.path === '/authorize' && asked.method === 'GET') {
      authorization = asked.query;
      return { body: '<form method=post><input name=login><input name=password></form>' };
    }
    if (asked.path === '/authorize') return calledBack(authorization.get('state') ?? '');
    if (asked.path === '/token') return behaviour.tokenReply ?? tokenReply(asked);
    return {};
  });

  function calledBack(state: string): Reply {
    const answer = new URLSearchParams({ code: 'c0de-secret', state, iss: under.origin, ...behaviour.calledBack });
    if (mode === 'form_post') {
      const inputs = [...answer].map(([name, value]) => `<input type=hidden name=${name} value="${value}">`).join('');
      return { body: `<form method=post action="${callback}">${inputs}</form>` };
    }
    return { status: 303, headers: { location: `${callback}${mode === 'query' ? '?' : '#'}${answer}` } };
  }

  function tokenReply({ form }: Asked): Reply {
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (form.get('grant_type') === 'authorization_code' && challenge !== authorization.get('code_challenge'))
      return { status: 400, body: { error: 'invalid_grant', error_description: 's3cret' } };
    const claims = {
      iss: under.origin,
      aud: 'app',
      nonce: authorization.get('nonce') ?? undefined,
      ...behaviour.claims,
    };
    const id_token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
    return { body: { access_token: 'access-secret', token_type: 'Bearer', id_token, ...behaviour.tokens } };
  }
}

const login = (more: Partial<OAuthCodeLogin> = {}): OAuthCodeLogin => ({
  provider: { issuer: under.origin },
  client: { id: 'app' },
  redirectUri: callback,
  scope: 'openid',
  pages: [{ fields: { login: 'pat', password: 'open-sesame' } }],
  ...more,
});

const askedAt = (path: string): Asked[] => under.asked.filter((asked) => asked.path === path);

describe('authorization code', () => {
  it.each(['query', 'fragment', 'form_post'] as const)('is taken from the %s, and changed for tokens', async (mode) => {
    await provider({ mode });
    expect(await oauthCodeLogin(under.session, login({ responseMode: mode }))).toEqual({ outcome: 'ok' });
    const [asked] = askedAt('/authorize');
    expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({
      response_type: 'code',
      client_id: 'app',
      redirect_uri: callback,
      response_mode: mode,
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(Object.fromEntries(askedAt('/token')[0]?.form ?? [])).toMatchObject({
      code: 'c0de-secret',
      redirect_uri: callback,
      client_id: 'app',
    });
    await authorized(under.session, { method: 'GET', url: '/me', route: '/me' });
    expect(askedAt('/me')[0]?.headers.authorization).toBe('Bearer access-secret');
    expect(under.issued).toEqual(['access-secret', expect.stringMatching(/^e30\./)]);
  });

  it('leaves the redirect parameter out where it is told to, and sends a secret as it is told to', async () => {
    await provider();
    const client = { id: 'an app', secret: 's3cret:&' };
    expect(await oauthCodeLogin(under.session, login({ omitRedirectUri: true, client, scope: 'api' }))).toEqual({
      outcome: 'ok',
    });
    await oauthCodeLogin(under.session, login({ client: { ...client, secretIn: 'body' }, scope: 'api' }));
    const [basic, inBody] = askedAt('/token');
    expect(askedAt('/authorize')[0]?.query.has('redirect_uri')).toBe(false);
    expect(basic?.form.has('redirect_uri')).toBe(false);
    expect(basic?.headers.authorization).toBe(`Basic ${Buffer.from('an+app:s3cret%3A%26').toString('base64')}`);
    expect(inBody?.headers.authorization).toBeUndefined();
    expect(inBody?.form.get('client_secret')).toBe('s3cret:&');
  });

  it('may be answered with a cookie', async () => {
    await provider({
      tokenReply: { status: 204, headers: { 'set-cookie': ['lang=en', 'sid=a-session-secret; HttpOnly'] } },
    });
    expect(await oauthCodeLogin(under.session, login({ cookie: 'sid' }))).toEqual({ outcome: 'ok' });
    expect(under.issued).toEqual(['a-session-secret']);
    await authorized(under.session, { method: 'GET', url: '/me', route: '/me' });
    expect(askedAt('/me')[0]?.headers).toMatchObject({ cookie: expect.stringContaining('sid=a-session-secret') });
    expect(await oauthCodeLogin(under.session, login({ cookie: 'other' }))).toMatchObject({
      outcome: 'failed',
      detail: 'POST /token answered 204, where a cookie other was expected',
    });
  });

  it.each<[string, Behaviour, string, RegExp]>([
    ['another’s state', { calledBack: { state: 'state-secret' } }, 'failed', /a state that this session did not send/],
    ['another issuer’s answer', { calledBack: { iss: 'https://evil.example' } }, 'failed', /another issuer \(iss\)/],
    [
      'a refusal',
      { calledBack: { error: 'access_denied', error_description: 's3cret' } },
      'refused',
      /says access_denied/,
    ],
    ['an odd error', { calledBack: { error: 's3cret s3cret' } }, 'failed', /says an error/],
    ['no code', { calledBack: { code: '' } }, 'failed', /carries no code/],
    ['another’s nonce', { claims: { nonce: 's3cret' } }, 'failed', /a nonce that this session did not send/],
    ['no nonce', { claims: { nonce: undefined } }, 'failed', /a nonce that this session did not send/],
    ['another client’s ID token', { claims: { aud: ['s3cret'] } }, 'failed', /another client \(aud\)/],
    ['another issuer’s ID token', { claims: { iss: 'https://s3cret.example' } }, 'failed', /another issuer \(iss\)/],
    ['no ID token', { tokens: { id_token: undefined } }, 'failed', /an ID token was expected/],
    ['an ID token that is none', { tokens: { id_token: 's3cret' } }, 'failed', /no readable iss/],
    ['no access token', { tokens: { access_token: undefined } }, 'failed', /without a usable access_token/],
    ['tokens of another kind', { tokens: { token_type: 'DPoP' } }, 'failed', /no bearer tokens/],
    [
      'a used code',
      { tokenReply: { status: 400, body: { error: 'invalid_grant', error_description: 's3cret' } } },
      'refused',
      /POST \/token answered 400.*authorization_code.*\(invalid_grant\)/,
    ],
    [
      'a broken endpoint',
      { tokenReply: { status: 502, body: 's3cret' } },
      'failed',
      /POST \/token answered 502, where tokens for the authorization_code were expected$/,
    ],
    [
      'a configuration of another',
      { configuration: { issuer: 'https://evil.example' } },
      'failed',
      /configuration of another issuer, at https:\/\/evil\.example/,
    ],
    ['half a configuration', { configuration: { token_endpoint: undefined } }, 'failed', /without token_endpoint/],
  ])('is not taken from %s, and no secret is said', async (_, behaviour, outcome, words) => {
    await provider(behaviour);
    const result = await oauthCodeLogin(under.session, login());
    expect(result).toMatchObject({ outcome, detail: expect.stringMatching(words) });
    expect(JSON.stringify([result, under.client.take()])).not.toMatch(secrets);
  });

  it('says on which page it stood still', async () => {
    await provider();
    const result = await oauthCodeLogin(under.session, login({ pages: [{ fields: { user: 'pat' } }] }));
    expect(result.detail).toBe(
      'GET /authorize answered 200, where a page of the login or a redirect to org.example.app:/callback was expected: it has a form with login, password',
    );
  });

  it('asks for the configuration once a session', async () => {
    await provider();
    await oauthCodeLogin(under.session, login());
    await oauthCodeLogin(under.session, login());
    expect(askedAt('/.well-known/openid-configuration')).toHaveLength(1);
    expect(new Set(askedAt('/authorize').map(({ query }) => query.get('state') ?? '')).size).toBeGreaterThan(1);
  });
});

describe('refresh', () => {
  const me = { method: 'GET', url: '/me', route: '/me' } as const;
  const sentTokens = (): (string | null)[] =>
    askedAt('/token').flatMap(({ form }) =>
      form.get('grant_type') === 'refresh_token' ? [form.get('refresh_token')] : [],
    );

  it('goes on with the token that was rotated, and tells the oracle of each', async () => {
    let count = 0;
    // What it gives is due at once, so each request renews first.
    under = await sessionUnderTest(({ path }): Reply => {
      if (path !== '/token') return {};
      count += 1;
      return {
        body: {
          access_token: `access-secret-${count}`,
          token_type: 'bearer',
          expires_in: '0.001',
          refresh_token: `refresh-secret-${count}`,
        },
      };
    });
    const { origin } = under;
    const held = { tokenUrl: `${origin}/token`, client: { id: 'app' } };
    hold(under.session, await refresh(under.session, held, 'refresh-secret-0'));
    for (let round = 0; round < 2; round++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await authorized(under.session, me);
    }
    expect(sentTokens()).toEqual(['refresh-secret-0', 'refresh-secret-1', 'refresh-secret-2']);
    expect(askedAt('/me').map(({ headers }) => headers.authorization)).toEqual([
      'Bearer access-secret-2',
      'Bearer access-secret-3',
    ]);
    expect(under.issued).toEqual([1, 2, 3].flatMap((each) => [`access-secret-${each}`, `refresh-secret-${each}`]));
  });
});

describe('client credentials', () => {
  it('are shown to the token endpoint, and asked again once refused', async () => {
    let count = 0;
    under = await sessionUnderTest(({ path, headers }): Reply => {
      if (path !== '/token') return { status: headers.authorization === 'Bearer access-secret-2' ? 200 : 401 };
      count += 1;
      return { body: { access_token: `access-secret-${count}`, token_type: 'bearer' } };
    });
    const client = { id: 'pat', secret: 's3cret' };
    const fields = { scope: 'records' };
    expect(
      await clientCredentials(under.session, { provider: { tokenUrl: `${under.origin}/token` }, client, fields }),
    ).toEqual({ outcome: 'ok' });
    expect(Object.fromEntries(askedAt('/token')[0]?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      scope: 'records',
    });
    expect((await authorized(under.session, { method: 'GET', url: '/me', route: '/me' })).status).toBe(200);
    expect(JSON.stringify(under.client.take())).not.toMatch(secrets);
  });
});
