// Against `oidc-provider`: code with PKCE in each of its ways back, refresh tokens that rotate, client credentials; by both drivers.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ClientMetadata } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityProvider, startProvider } from '../../mocks/identity/provider.ts';
import { prepareK6 } from '../drivers/k6.ts';
import { findK6 } from '../drivers/k6-binary.ts';
import type { HistoryLine } from '../history.ts';
import type { ActionFunction, Target } from '../targets/target.ts';
import { say } from './authorized.ts';
import { clientCredentials } from './client-credentials.ts';
import { type Driven, drivenInNode, emailOf, inputFor, lookedAt, outcomesOf, passwordOf } from './drive-under-test.ts';
import { type OAuthCodeLogin, oauthCodeLogin } from './oauth-code.ts';
import { appLogin, redirectUri, target } from './oauth-target-under-test.ts';

const accessTokenSeconds = 3;
const clientSecret = 'a-secret-of-the-client';

const app: ClientMetadata = {
  client_id: 'app',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [redirectUri],
};

const machine = (patient: number): ClientMetadata => ({
  client_id: `patient-${patient}`,
  client_secret: clientSecret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
});

let provider: IdentityProvider;
beforeAll(async () => {
  const machines = Array.from({ length: 64 }, (_, patient) => machine(patient));
  provider = await startProvider({ emailOf, clients: [app, ...machines], accessTokenSeconds });
});
afterAll(() => provider.close());

const withSignIn = (signIn: ActionFunction<'sign-in'>, me = '/me'): Target => ({
  ...target,
  actions: {
    ...target.actions,
    'sign-in': signIn,
    'who-am-i': (session) => say(session, { method: 'GET', url: me, route: me }),
  },
});

const codeLogin = (more: Partial<OAuthCodeLogin>): Target =>
  withSignIn((session) => oauthCodeLogin(session, { ...appLogin(session), ...more }));

/** Each saw themselves and nobody else, and nothing of what was secret was written down. */
function expectClean(driven: Driven): void {
  const identities = driven.operations.filter(({ action }) => action === 'who-am-i');
  expect(identities.length).toBeGreaterThanOrEqual(4);
  for (const { patient, exchanges } of identities)
    expect(exchanges.at(-1)?.sightings.map(({ owner, kind }) => [owner, kind])).toEqual([[patient, 'email']]);
  expect(driven.rules).toEqual([]);
  expect(driven.text).not.toMatch(/open-sesame|code=|state=|ey[JK][\w-]{10}|a-secret-of/);
  for (const token of driven.issued) expect(driven.text).not.toContain(token);
}

const requests = ({ operations }: Driven, action: string): string[] =>
  operations
    .filter((op) => op.action === action)
    .flatMap(({ exchanges }) => exchanges.map((e) => `${e.method} ${e.route} ${e.status}`));

describe('authorization code with PKCE', () => {
  it('signs each in as themselves, and renews their tokens by a refresh token that rotates', async () => {
    const driven = await drivenInNode(target, provider.issuer, 'long visit');
    expect(outcomesOf(driven)).toEqual(['sign-in never ok', 'who-am-i yes ok']);
    expectClean(driven);
    // An access token and an ID token for each, and a refresh token, at each of three times.
    const tokens = driven.operations.flatMap(({ sessionValues = [] }) =>
      sessionValues.filter((value) => value.startsWith('token=')),
    );
    expect(tokens.length).toBeGreaterThanOrEqual(4 * 3 * 3);
    expect(tokens).toHaveLength(driven.issued.length);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it.each<[string, Partial<OAuthCodeLogin>]>([
    ['in a form', { responseMode: 'form_post' }],
    ['in the fragment', { responseMode: 'fragment' }],
    ['without a redirect parameter', { omitRedirectUri: true }],
    ['without OpenID', { scope: 'email' }],
  ])('%s', async (_, more) => {
    const driven = await drivenInNode(codeLogin(more), provider.issuer);
    expect(requests(driven, 'sign-in')).toContain('POST /token 200');
    expect(driven.operations.find(({ action }) => action === 'sign-in')?.outcome).toBe('ok');
    if (more.scope === undefined) expectClean(driven);
  });

  it('ends with tokens that are worth nothing, and with no new ones', async () => {
    const driven = await drivenInNode(target, provider.issuer, 'visit with an end');
    expect(outcomesOf(driven)).toEqual([
      'sign-in never ok',
      'who-am-i yes ok',
      'sign-out yes ok',
      'who-am-i ended refused 401',
    ]);
    expect(driven.rules).toEqual([]);
    const afterwards = driven.operations.filter(
      ({ signedIn, action }) => signedIn === 'ended' && action === 'who-am-i',
    );
    for (const { exchanges } of afterwards) expect(exchanges.map(({ status }) => status)).toEqual([401]);
  });

  it('says what the provider refused, in its word for it', async () => {
    const driven = await drivenInNode(
      codeLogin({ client: { id: 'app' }, scope: 'openid', parameters: { prompt: 'none' } }),
      provider.issuer,
    );
    expect(outcomesOf(driven)).toEqual([
      'sign-in never failed the callback at org.example.app:/callback says login_required',
    ]);
  });
});

describe('client credentials', () => {
  it('show each their own, and are asked for anew', async () => {
    const signIn: ActionFunction<'sign-in'> = (session) => {
      const { login = '' } = session.account;
      const client = { id: login, secret: clientSecret };
      return clientCredentials(session, { provider: { issuer: session.origin }, client });
    };
    const driven = await drivenInNode(withSignIn(signIn, '/records'), provider.issuer, 'long visit');
    expect(outcomesOf(driven)).toEqual(['sign-in never ok', 'who-am-i yes ok']);
    expectClean(driven);
    expect(requests(driven, 'who-am-i')).toContain('POST /token 200');
  });
});

describe('inside k6', () => {
  it('the same login is made, and renewed', async () => {
    const k6 = await findK6();
    const tempFolder = await mkdtemp(path.join(os.tmpdir(), 'k6-test-'));
    const module = path.join(import.meta.dirname, 'oauth-target-under-test.ts');
    const lines: HistoryLine[] = [];
    const input = inputFor(target, provider.issuer, 'long visit', lines);
    const load = await prepareK6({ ...input, k6, targetModule: module, scenariosModule: module, tempFolder });
    try {
      await load.drive(Date.now() + 50);
    } finally {
      await load.close();
      await rm(tempFolder, { recursive: true });
    }
    const driven = lookedAt(lines, target);
    expect(outcomesOf(driven)).toEqual(['sign-in never ok', 'who-am-i yes ok']);
    expectClean(driven);
    expect(requests(driven, 'who-am-i')).toContain('POST /token 200');
    expect(driven.text).not.toContain(passwordOf('patient'));
  }, 700_000);
});
