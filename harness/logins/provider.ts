// An OAuth 2 provider: where it is, by declaration or by OpenID discovery, and a client that is known to it. Safe inside k6.
import { z } from 'zod';
import type { SessionContext } from '../targets/target.ts';
import { originOf, routeOf } from './address.ts';
import { LoginProblem, unexpected } from './problem.ts';

export interface Endpoints {
  /** Known, its ID tokens must come from it. */
  readonly issuer?: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revocationUrl?: string;
}

/** A provider that is to be asked for its endpoints, or whose endpoints are known. Absolute addresses. */
export type Provider = { readonly issuer: string; readonly authorizeUrl?: never } | Endpoints;

export interface OAuthClient {
  readonly id: string;
  /** None: a public client, such as an app in a browser. */
  readonly secret?: string;
  /** Where the secret goes; default `basic`, the header (RFC 6749, section 2.3.1). */
  readonly secretIn?: 'basic' | 'body';
}

const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  revocation_endpoint: z.string().optional(),
});

const known = new WeakMap<SessionContext['memory'], Map<string, Promise<Endpoints>>>();

/** Asked for once a session (OpenID Connect Discovery 1.0, section 4). Rejects with a `LoginProblem`. */
export function oidcDiscovery(session: SessionContext, issuer: string): Promise<Endpoints> {
  const ofSession = known.get(session.memory) ?? new Map<string, Promise<Endpoints>>();
  known.set(session.memory, ofSession);
  const asked = ofSession.get(issuer) ?? discover(session, issuer);
  ofSession.set(issuer, asked);
  // What failed once may be asked for again.
  asked.catch(() => ofSession.delete(issuer));
  return asked;
}

export function endpointsOf(session: SessionContext, provider: Provider): Promise<Endpoints> {
  if (provider.authorizeUrl === undefined) return oidcDiscovery(session, provider.issuer);
  return Promise.resolve(provider);
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');

async function discover(session: SessionContext, issuer: string): Promise<Endpoints> {
  const url = `${withoutSlash(issuer)}/.well-known/openid-configuration`;
  const response = await session.http.request({ method: 'GET', url, route: routeOf(url) });
  if (response.status !== 200) throw unexpected('GET', url, response, "the provider's configuration was expected");
  const document = discoverySchema.safeParse(response.json());
  if (!document.success) {
    const lacking = document.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new LoginProblem(`GET ${routeOf(url)} answered without ${lacking || 'an object'}`);
  }
  const { issuer: named, authorization_endpoint: authorizeUrl, token_endpoint: tokenUrl } = document.data;
  const { revocation_endpoint: revocationUrl } = document.data;
  // Section 4.3: one that speaks for another must not be believed.
  if (withoutSlash(named) !== withoutSlash(issuer))
    throw new LoginProblem(
      `GET ${routeOf(url)} is the configuration of another issuer, at ${originOf(named) ?? 'no address'}; the adapter asked for one at ${originOf(issuer) ?? 'no address'}`,
    );
  return { issuer: named, authorizeUrl, tokenUrl, ...(revocationUrl !== undefined && { revocationUrl }) };
}
