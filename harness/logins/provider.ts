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

/**
 * A provider that is to be asked for its endpoints (by OpenID discovery, or by SMART App Launch at a FHIR server's base), or
 * whose endpoints are known. Absolute addresses.
 */
export type Provider =
  | { readonly issuer: string; readonly authorizeUrl?: never; readonly smart?: never }
  | { readonly smart: string; readonly authorizeUrl?: never; readonly issuer?: never }
  | (Endpoints & { readonly smart?: never });

export interface OAuthClient {
  readonly id: string;
  /** None: a public client, such as an app in a browser. */
  readonly secret?: string;
  /** Where the secret goes; default `basic`, the header (RFC 6749, section 2.3.1). */
  readonly secretIn?: 'basic' | 'body';
}

const discoverySchema = z.object({
  issuer: z.string().optional(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  revocation_endpoint: z.string().optional(),
});

const known = new WeakMap<SessionContext['memory'], Map<string, Promise<Endpoints>>>();

/** Asked for once a session. Rejects with a `LoginProblem`. */
function discovered(session: SessionContext, { base, place, issuer }: Discovery): Promise<Endpoints> {
  const ofSession = known.get(session.memory) ?? new Map<string, Promise<Endpoints>>();
  known.set(session.memory, ofSession);
  const url = `${withoutSlash(base)}/.well-known/${place}`;
  const asked = ofSession.get(url) ?? discover(session, url, issuer);
  ofSession.set(url, asked);
  // What failed once may be asked for again.
  asked.catch(() => ofSession.delete(url));
  return asked;
}

interface Discovery {
  readonly base: string;
  readonly place: string;
  /** Whose configuration it must be. */
  readonly issuer: string | null;
}

export function endpointsOf(session: SessionContext, provider: Provider): Promise<Endpoints> {
  if (provider.authorizeUrl !== undefined) return Promise.resolve(provider);
  // A FHIR server names whichever provider it trusts (SMART App Launch 2, section 2.1.11).
  const { smart: base, issuer } = provider;
  return base === undefined
    ? discovered(session, { base: issuer, place: 'openid-configuration', issuer })
    : discovered(session, { base, place: 'smart-configuration', issuer: null });
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');

async function discover(session: SessionContext, url: string, issuer: string | null): Promise<Endpoints> {
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
  if (issuer !== null && withoutSlash(named ?? '') !== withoutSlash(issuer))
    throw new LoginProblem(
      `GET ${routeOf(url)} is the configuration of another issuer, at ${originOf(named ?? '') ?? 'no address'}; the adapter asked for one at ${originOf(issuer) ?? 'no address'}`,
    );
  return {
    ...(named !== undefined && { issuer: named }),
    authorizeUrl,
    tokenUrl,
    ...(revocationUrl !== undefined && { revocationUrl }),
  };
}
