// For tests: the adapter of a provider whose own userinfo endpoint says who is signed in, and the visits of people to it, for both drivers.
// Safe inside k6.
import type { Scenario, ScenePart, Step } from '../plan.ts';
import { defineTarget, type SessionContext, type Target } from '../targets/target.ts';
import { say } from './authorized.ts';
import { type OAuthCodeLogin, oauthCodeLogin } from './oauth-code.ts';
import { revokeTokens } from './revoke-tokens.ts';

export const redirectUri = 'org.example.app:/callback';

/** The login and consent pages that `oidc-provider` has for development. */
export const providerPages = ({ login = '', password = '' }): OAuthCodeLogin['pages'] => [
  { fields: { login, password } },
  { fields: { prompt: 'consent' } },
];

export const appLogin = ({ origin, account }: SessionContext): OAuthCodeLogin => ({
  provider: { issuer: origin },
  client: { id: 'app' },
  redirectUri,
  scope: 'openid email',
  pages: providerPages(account),
});

export const target: Target = defineTarget({
  name: 'provider',
  declares: { headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 },
  actions: {
    'sign-in': (session) => oauthCodeLogin(session, appLogin(session)),
    'who-am-i': (session) => say(session, { method: 'GET', url: '/me', route: '/me' }),
    'sign-out': (session) => revokeTokens(session, { provider: { issuer: session.origin }, client: { id: 'app' } }),
  },
  enrolment: {
    enrol: () => Promise.reject(new Error('the tests enrol nobody')),
    addConsultation: () => Promise.reject(new Error('the tests enrol nobody')),
    unenrol: () => Promise.reject(new Error('the tests enrol nobody')),
  },
});

/** Never reached, for these drives end before: so that a slow machine is not too late for what comes before it. */
const never: Step = { atMs: 30_000, action: { kind: 'who-am-i' } };

const visit = (name: string, asks: readonly number[], afterwards: readonly number[] = []): Scenario => ({
  name,
  summary: 'four sign in at the same time and ask who they are',
  needs: [],
  weight: 1,
  scene: ({ cast }) =>
    cast.map((lane, seat): ScenePart => {
      const ask = (atMs: number): Step => ({ atMs, action: { kind: 'who-am-i' } });
      const end: readonly Step[] =
        afterwards.length === 0 ? [] : [{ atMs: afterwards[0] ?? 0, action: { kind: 'sign-out' } }];
      return {
        seat: seat as ScenePart['seat'],
        patient: lane.regular,
        steps: [
          { atMs: 0, action: { kind: 'sign-in', by: 'cookie' } },
          ...asks.map(ask),
          ...end,
          ...afterwards.map(ask),
          never,
        ],
      };
    }),
});

const everyMs = 500;

export const scenarios: readonly Scenario[] = [
  visit('short visit', [10, 20]),
  visit('visit with an end', [10], [20, 30]),
  // Long enough for short tokens to be renewed, on a slow machine too.
  visit(
    'long visit',
    Array.from({ length: 60 }, (_, at) => 10 + at * everyMs),
  ),
];
