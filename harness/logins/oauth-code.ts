// Signs in by OAuth 2's authorization code with PKCE, without a browser: goes to the provider as the app would, fills in its pages,
// takes the code from the address that the app would be called back at, and changes it for tokens or for a cookie.
// (Where a server of the product does all this itself, it is a `formLogin`.) Safe inside k6.
import type { ActionResult, SessionContext } from '../targets/target.ts';
import { encoded, type Fields, isAt, parametersOf, routeOf, withQuery } from './address.ts';
import { cookieIn } from './cookies.ts';
import { type FormStep, fillPages, formsOf } from './fill.ts';
import { hold, letGo } from './held.ts';
import { requireOwn } from './id-token.ts';
import { pkce, unguessable } from './pkce.ts';
import { LoginProblem, resultOf, unexpected } from './problem.ts';
import { type Endpoints, endpointsOf, type OAuthClient, type Provider } from './provider.ts';
import { askForTokens, errorWord, heldFrom, tokensOf } from './tokens.ts';
import { walk } from './walk.ts';

export interface OAuthCodeLogin {
  readonly provider: Provider;
  readonly client: OAuthClient;
  /** Absolute; where the provider sends the code. It is not opened. */
  readonly redirectUri: string;
  /** Not said to the provider, which then takes the one that it has on record. */
  readonly omitRedirectUri?: boolean;
  /** With `openid` in it, an ID token must come, and be the answer to this login. */
  readonly scope?: string;
  /** The provider's default, where left out. */
  readonly responseMode?: 'query' | 'fragment' | 'form_post';
  /** More parameters for the provider, such as `audience` or `prompt`. */
  readonly parameters?: Fields;
  /** The provider's pages: credentials, consent. One that does not come up is left out. */
  readonly pages: readonly FormStep[];
  /** The token endpoint answers with this cookie, by name, instead of tokens. */
  readonly cookie?: string;
}

/** What is sent along so that the answer can be told from an answer to anybody else. */
interface Sent {
  readonly state: string;
  readonly nonce: string;
  readonly challenge: string;
}

export const oauthCodeLogin = (session: SessionContext, login: OAuthCodeLogin): Promise<ActionResult> =>
  resultOf(async () => {
    letGo(session);
    const endpoints = await endpointsOf(session, login.provider);
    const { verifier, challenge } = await pkce();
    const sent = { state: unguessable(), nonce: unguessable(), challenge };
    const code = await codeFor(session, login, endpoints, sent);
    const { tokenUrl } = endpoints;
    const grant = { tokenUrl, client: login.client };
    const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, ...redirectUriOf(login) };
    const response = await askForTokens(session, grant, fields);
    if (login.cookie !== undefined) {
      const value = cookieIn([response.header('set-cookie')], login.cookie);
      if (value === undefined) throw unexpected('POST', tokenUrl, response, `a cookie ${login.cookie} was expected`);
      session.issued(value);
      return;
    }
    const tokens = tokensOf(session, response, tokenUrl);
    if (isOpenId(login)) {
      if (tokens.id_token === undefined) throw unexpected('POST', tokenUrl, response, 'an ID token was expected');
      requireOwn(tokens.id_token, { issuer: endpoints.issuer, clientId: login.client.id, nonce: sent.nonce });
    }
    hold(session, heldFrom(tokens, grant));
  });

const isOpenId = ({ scope = '' }: OAuthCodeLogin): boolean => scope.split(' ').includes('openid');

const redirectUriOf = ({ omitRedirectUri, redirectUri }: OAuthCodeLogin): Fields =>
  omitRedirectUri === true ? {} : { redirect_uri: redirectUri };

async function codeFor(
  session: SessionContext,
  login: OAuthCodeLogin,
  endpoints: Endpoints,
  sent: Sent,
): Promise<string> {
  const way = walk(session, (url) => isAt(url, login.redirectUri));
  const first = await way.open(authorizationUrl(login, endpoints, sent));
  const { end } = await fillPages(way, first, login.pages);
  if (end.kind === 'page') {
    const expected = `a page of the login or a redirect to ${routeOf(login.redirectUri)} was expected`;
    throw unexpected(end.method, end.url, end.response, `${expected}: ${formsOf(end.response)}`);
  }
  return codeIn(end.url, login, endpoints, sent);
}

function authorizationUrl(login: OAuthCodeLogin, { authorizeUrl }: Endpoints, sent: Sent): string {
  const parameters = {
    ...login.parameters,
    response_type: 'code',
    client_id: login.client.id,
    ...redirectUriOf(login),
    ...(login.scope !== undefined && { scope: login.scope }),
    ...(login.responseMode !== undefined && { response_mode: login.responseMode }),
    state: sent.state,
    ...(isOpenId(login) && { nonce: sent.nonce }),
    code_challenge: sent.challenge,
    code_challenge_method: 'S256',
  };
  return withQuery(authorizeUrl, encoded(Object.entries(parameters)));
}

/** The code that the provider called back with, once it is sure that this is the answer to this login. */
function codeIn(callback: string, login: OAuthCodeLogin, { issuer }: Endpoints, sent: Sent): string {
  const place = `the callback at ${routeOf(login.redirectUri)}`;
  const said = parametersOf(callback);
  if (said.get('state') !== sent.state)
    throw new LoginProblem(
      `${place} carries a state that this session did not send: it is the answer to another login, or to none`,
    );
  // RFC 9207: a provider that says who it is.
  const iss = said.get('iss');
  if (iss !== undefined && issuer !== undefined && iss !== issuer)
    throw new LoginProblem(`${place} comes from another issuer (iss)`);
  const error = said.get('error');
  if (error !== undefined) {
    const word = errorWord.test(error) ? error : 'an error';
    throw new LoginProblem(`${place} says ${word}`, error === 'access_denied' ? 'refused' : 'failed');
  }
  const code = said.get('code');
  if (!code) throw new LoginProblem(`${place} carries no code`);
  return code;
}
