// A product for tests that keeps its sessions by itself: express with express-session, a form guarded by csrf-sync, a login at an
// identity provider by openid-client, and for apps a session in a header of its own. Correct: it gives a new session to whoever signs in, and forbids keeping any answer.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { csrfSync } from 'csrf-sync';
import express, { type Request, type Response } from 'express';
import session from 'express-session';
import * as oidc from 'openid-client';

declare module 'express-session' {
  interface SessionData {
    email?: string;
    started?: { readonly verifier: string; readonly state: string };
  }
}

export interface WebApp {
  readonly origin: string;
  close(): Promise<void>;
}

export interface WebAppOptions {
  /** Null: no such person, or a wrong password. */
  emailOf(login: string, password: string): string | null;
  /** The provider where its users may sign in as well. */
  readonly provider?: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };
  /** Where its users reach it, when something stands before it. */
  readonly publicOrigin?: () => string;
}

export async function startWebApp(options: WebAppOptions): Promise<WebApp> {
  const app = express();
  const { csrfSynchronisedProtection, generateToken } = csrfSync({
    getTokenFromRequest: (request) => String((request.body as Record<string, unknown> | undefined)?._csrf),
  });
  app.use((_, response, next) => {
    response.setHeader('cache-control', 'no-store');
    next();
  });
  app.use(session({ secret: 'a-secret-of-a-test', resave: false, saveUninitialized: false, name: 'sid' }));
  app.use(express.urlencoded({ extended: false }));
  app.get('/login', (request, response) => {
    response.send(
      `<form method="post"><input type="hidden" name="_csrf" value="${generateToken(request)}">` +
        '<input name="login"><input name="password" type="password"><button>Sign in</button></form>',
    );
  });
  app.post('/login', csrfSynchronisedProtection, async (request, response) => {
    const { login, password } = request.body as Record<string, string>;
    const email = options.emailOf(login ?? '', password ?? '');
    if (email === null) response.status(403).send('No such person.');
    else await signIn(request, response, email);
  });
  const byHeader = new Map<string, string>();
  app.post('/api/sessions', express.json(), (request, response) => {
    const { login, password } = request.body as Record<string, string>;
    const email = options.emailOf(login ?? '', password ?? '');
    if (email === null) return void response.status(401).json({ error: 'no such person' });
    const token = oidc.randomState();
    byHeader.set(token, email);
    response.status(201).json({ session: { token } });
  });
  app.get('/me', (request, response) => {
    const email = request.session.email ?? byHeader.get(request.get('x-app-session') ?? '');
    response.status(email === undefined ? 401 : 200).json({ email });
  });
  app.post('/logout', (request, response) => request.session.destroy(() => response.redirect(303, '/login')));
  if (options.provider) await addProvider(app, options.provider, () => options.publicOrigin?.() ?? origin);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function addProvider(
  app: express.Express,
  { issuer, clientId, clientSecret }: NonNullable<WebAppOptions['provider']>,
  origin: () => string,
): Promise<void> {
  const known = await oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute: [oidc.allowInsecureRequests],
  });
  app.get('/sso', async (request, response) => {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    request.session.started = { verifier, state };
    const to = oidc.buildAuthorizationUrl(known, {
      redirect_uri: `${origin()}/callback`,
      scope: 'openid email',
      state,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    response.redirect(to.href);
  });
  app.get('/callback', async (request, response) => {
    const { started } = request.session;
    if (started === undefined) return void response.status(400).send('No login was begun here.');
    const called = new URL(request.originalUrl, origin());
    const tokens = await oidc.authorizationCodeGrant(known, called, {
      pkceCodeVerifier: started.verifier,
      expectedState: started.state,
    });
    const { email } = await oidc.fetchUserInfo(known, tokens.access_token, tokens.claims()?.sub ?? '');
    await signIn(request, response, String(email));
  });
}

/** In a session of its own, that nobody can have known before. */
function signIn(request: Request, response: Response, email: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.regenerate((problem: unknown) => {
      if (problem) return reject(problem);
      request.session.email = email;
      response.redirect(303, '/me');
      resolve();
    });
  });
}
