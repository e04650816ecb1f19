// Signs in as a client that is its own owner (RFC 6749, section 4.4), with an id and a secret of the patient's own.
// The token is asked for anew when it is about to expire. Safe inside k6.
import type { ActionResult, SessionContext } from '../targets/target.ts';
import type { Fields } from './address.ts';
import { type Held, hold, letGo, renewAt } from './held.ts';
import { resultOf } from './problem.ts';
import type { OAuthClient } from './provider.ts';
import { endpointsOf } from './provider.ts';
import { askForTokens, tokensOf } from './tokens.ts';

export interface ClientCredentials {
  readonly provider: { readonly issuer: string; readonly tokenUrl?: never } | { readonly tokenUrl: string };
  readonly client: OAuthClient & { readonly secret: string };
  /** Such as `scope`, `audience`, `resource`. */
  readonly fields?: Fields;
}

export const clientCredentials = (session: SessionContext, login: ClientCredentials): Promise<ActionResult> =>
  resultOf(async () => {
    letGo(session);
    hold(session, await heldFor(session, login));
  });

async function heldFor(session: SessionContext, login: ClientCredentials): Promise<Held> {
  const { provider, client } = login;
  const { tokenUrl } =
    provider.tokenUrl === undefined ? await endpointsOf(session, { issuer: provider.issuer }) : provider;
  const fields = { ...login.fields, grant_type: 'client_credentials' };
  const tokens = tokensOf(session, await askForTokens(session, { tokenUrl, client }, fields), tokenUrl);
  return {
    headers: { authorization: `Bearer ${tokens.access_token}` },
    revocable: tokens.access_token,
    ...renewAt(tokens.expires_in),
    renew: (later) => heldFor(later, login),
  };
}
