// For tests: the adapter of a provider whose own userinfo endpoint says who is signed in, and one scenario, for both drivers.
// Safe inside k6.
import type { Scenario, ScenePart } from '../plan.ts';
import { defineTarget, type Target } from '../targets/target.ts';
import { say } from './authorized.ts';
import { type OAuthCodeLogin, oauthCodeLogin } from './oauth-code.ts';

export const redirectUri = 'org.example.app:/callback';

/** The login and consent pages that `oidc-provider` has for development. */
export const providerPages = ({ login = '', password = '' }): OAuthCodeLogin['pages'] => [
  { fields: { login, password } },
  { fields: { prompt: 'consent' } },
];

export const target: Target = defineTarget({
  name: 'provider',
  declares: { headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 },
  actions: {
    'sign-in': (session) =>
      oauthCodeLogin(session, {
        provider: { issuer: session.origin },
        client: { id: 'app' },
        redirectUri,
        scope: 'openid email',
        pages: providerPages(session.account),
      }),
    'who-am-i': (session) => say(session, { method: 'GET', url: '/me', route: '/me' }),
  },
  enrolment: {
    enrol: () => Promise.reject(new Error('the tests enrol nobody')),
    addConsultation: () => Promise.reject(new Error('the tests enrol nobody')),
    unenrol: () => Promise.reject(new Error('the tests enrol nobody')),
  },
});

const visit = (name: string, asks: readonly number[]): Scenario => ({
  name,
  summary: 'four sign in at the same time and ask who they are',
  needs: [],
  weight: 1,
  scene: ({ cast }) =>
    cast.map((lane, seat): ScenePart => {
      const asked = asks.map((atMs) => ({ atMs, action: { kind: 'who-am-i' } as const }));
      return {
        seat: seat as ScenePart['seat'],
        patient: lane.regular,
        steps: [{ atMs: 0, action: { kind: 'sign-in', by: 'cookie' } }, ...asked],
      };
    }),
});

const everyMs = 500;

export const scenarios: readonly Scenario[] = [
  visit('short visit', [10, 20]),
  // Long enough for short tokens to be renewed, on a slow machine too.
  visit(
    'long visit',
    Array.from({ length: 60 }, (_, at) => 10 + at * everyMs),
  ),
];
