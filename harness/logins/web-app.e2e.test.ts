// Against a product that keeps its sessions by itself (express-session): a form with a CSRF token, a login at an identity provider
// on the way, and the same behind a shared cache that keeps the provider's callback.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityProvider, startProvider } from '../../mocks/identity/provider.ts';
import { type SharedCache, startSharedCache } from '../../mocks/identity/shared-cache.ts';
import { startWebApp, type WebApp } from '../../mocks/identity/web-app.ts';
import type { ActionFunction, Target } from '../targets/target.ts';
import { say } from './authorized.ts';
import { type Driven, drivenInNode, emailOf, outcomesOf, passwordOf } from './drive-under-test.ts';
import { type FormLogin, formLogin } from './form-login.ts';
import { headerSession } from './json-login.ts';
import { providerPages, target } from './oauth-target-under-test.ts';

const clientSecret = 'a-secret-of-the-client';
let provider: IdentityProvider;
let app: WebApp;
let cachesCallback = false;
let cache: SharedCache;

beforeAll(async () => {
  cache = await startSharedCache(
    () => app.origin,
    (path) => cachesCallback && path === '/callback',
  );
  const web = {
    client_id: 'web',
    client_secret: clientSecret,
    redirect_uris: [`${cache.origin}/callback`],
  };
  provider = await startProvider({ emailOf, clients: [web] });
  app = await startWebApp({
    emailOf: (login, password) => (password === passwordOf(login) ? emailOf(login) : null),
    provider: { issuer: provider.issuer, clientId: 'web', clientSecret },
    publicOrigin: () => cache.origin,
  });
});
afterAll(() => Promise.all([provider.close(), app.close(), cache.close()]));

const withSignIn = (signIn: ActionFunction<'sign-in'>): Target => ({
  ...target,
  actions: {
    'sign-in': signIn,
    'who-am-i': (session) => say(session, { method: 'GET', url: '/me', route: '/me' }),
    'sign-out': (session) => say(session, { method: 'POST', url: '/logout', route: '/logout' }),
  },
});

const form = (more: Partial<FormLogin> & { readonly word?: string } = {}): Target =>
  withSignIn((session) => {
    const { login = '', password = '' } = session.account;
    const fields = { login, password: more.word ?? password };
    return formLogin(session, {
      page: '/login',
      forms: [{ fields, csrf: { input: '_csrf' } }],
      signedIn: { cookie: 'sid' },
      ...more,
    });
  });

const sso = withSignIn((session) => {
  const [credentials, ...more] = providerPages(session.account);
  if (credentials === undefined) throw new Error('the provider has no pages');
  return formLogin(session, { page: '/sso', forms: [credentials, ...more], signedIn: { cookie: 'sid' } });
});

const ownersSeen = ({ operations }: Driven): boolean[] =>
  operations.flatMap(({ patient, exchanges }) =>
    exchanges.flatMap(({ sightings }) => sightings.map(({ owner }) => owner === patient)),
  );

function expectNoSecret({ text, issued }: Driven): void {
  expect(text).not.toMatch(/open-sesame|code=|state=|a-secret-of|s%3A/);
  for (const value of issued) expect(text).not.toContain(value);
}

describe('a form with a CSRF token', () => {
  it('signs each in as themselves', async () => {
    const driven = await drivenInNode(form(), app.origin);
    expect(outcomesOf(driven)).toEqual(['sign-in never ok', 'who-am-i yes ok']);
    expect(new Set(ownersSeen(driven))).toEqual(new Set([true]));
    expect(driven.rules).toEqual([]);
    expect(driven.issued.length).toBeGreaterThanOrEqual(4);
    expectNoSecret(driven);
  });

  it('says which answer was no sign of success, and none of the credentials', async () => {
    const driven = await drivenInNode(form({ word: 'open-sesame-no-more' }), app.origin);
    expect(outcomesOf(driven)).toEqual([
      'sign-in never refused POST /login answered 403, where a new cookie sid was expected: it has no form',
    ]);
    expectNoSecret(driven);
  });

  it('is refused by the product itself without the token', async () => {
    const withoutToken: FormLogin['forms'] = [{ fields: { login: 'patient-0', password: 'x', _csrf: 'forged' } }];
    const driven = await drivenInNode(form({ forms: withoutToken }), app.origin);
    expect(outcomesOf(driven)[0]).toMatch(/^sign-in never refused POST \/login answered 403/);
  });
});

describe('a session in a header of the product’s own', () => {
  const inHeader = withSignIn((session) => {
    const { login, password } = session.account;
    const body = { login, password };
    return headerSession(session, { url: '/api/sessions', body, token: 'session.token', header: 'x-app-session' });
  });

  it('is known for one to the oracle, where it is declared', async () => {
    const declared = { ...inHeader, declares: { ...inHeader.declares, credentialHeaders: ['x-app-session'] } };
    const driven = await drivenInNode(declared, app.origin);
    expect(outcomesOf(driven)).toEqual(['sign-in never ok', 'who-am-i yes ok']);
    expect(new Set(ownersSeen(driven))).toEqual(new Set([true]));
    expect(driven.rules).toEqual([]);
    expectNoSecret(driven);
    const credentials = driven.operations.flatMap(({ exchanges }) => exchanges.map((exchange) => exchange.credentials));
    expect(new Set(credentials)).toEqual(new Set(['none', 'header']));
  });
});

describe('a login at a provider on the way', () => {
  it('signs each in as themselves, through a shared cache that keeps nothing', async () => {
    const driven = await drivenInNode(sso, cache.origin);
    expect(outcomesOf(driven)).toEqual(['sign-in never ok', 'who-am-i yes ok']);
    expect(new Set(ownersSeen(driven))).toEqual(new Set([true]));
    expect(driven.rules).toEqual([]);
    expectNoSecret(driven);
  });

  it('is a session swap where the cache keeps the callback with its cookie', async () => {
    cachesCallback = true;
    // Whoever comes first fills it.
    await drivenInNode(sso, cache.origin);
    const driven = await drivenInNode(sso, cache.origin);
    expect(driven.rules).toContain('session-swap');
    expect(ownersSeen(driven)).toContain(false);
    expectNoSecret(driven);
  });
});
