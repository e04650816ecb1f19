// Signs in with credentials as JSON, and holds the token of the answer: as a bearer, or in a header of the product's own. Where the
// product renews its tokens by an address of its own, so does the session. Safe inside k6.
import type { ActionResult, HttpRequest, HttpResponse, SessionContext } from '../targets/target.ts';
import { routeOf } from './address.ts';
import { foundAt, type Place, valueAt } from './answer-place.ts';
import { type Held, hold, letGo, renewAt } from './held.ts';
import { resultOf, unexpected } from './problem.ts';

type Json = Readonly<Record<string, unknown>>;

export interface JsonLogin {
  /** Default: POST. */
  readonly method?: HttpRequest['method'];
  readonly url: string;
  readonly body?: Json;
  /** Sent with the login and with every request after it, such as the key of an app. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the answer has the token. */
  readonly token: Place;
  readonly renewal?: JsonRenewal;
}

/** How the product gives a new token: its answer has it where that of the login has. */
export interface JsonRenewal {
  /** Asked by POST. */
  readonly url: string;
  /** Where the answers have the refresh token, the next one too where it is rotated. Left out, it is a cookie. */
  readonly refreshToken?: Place;
  readonly body?: (refreshToken: string) => Json;
  /** Where the answers say for how many seconds the token is good. Left out, it is renewed after a 401 alone. */
  readonly seconds?: Place;
}

export const jsonLogin = (session: SessionContext, login: JsonLogin): Promise<ActionResult> =>
  signIn(session, login, (token) => ({ headers: { ...login.headers, authorization: `Bearer ${token}` } }));

export interface HeaderLogin extends JsonLogin {
  /** Request header that carries the session. Declare it among `credentialHeaders`, too, so that the oracle knows it for one. */
  readonly header: string;
  /** Header of any later answer that carries the session's next value. */
  readonly rolledIn?: string;
}

export const headerSession = (session: SessionContext, login: HeaderLogin): Promise<ActionResult> =>
  signIn(session, login, (token) => ({
    headers: { ...login.headers, [login.header]: token },
    ...(login.rolledIn !== undefined && { rolls: { answer: login.rolledIn, request: login.header } }),
  }));

/** `shown`: how the session shows a token. */
type Shown = (token: string) => Held;

const signIn = (session: SessionContext, login: JsonLogin, shown: Shown): Promise<ActionResult> =>
  resultOf(async () => {
    letGo(session);
    const { method = 'POST', url, body } = login;
    hold(session, await heldFrom(session, login, shown, { method, url, ...(body && { body }) }));
  });

type Ask = Pick<HttpRequest, 'method' | 'url' | 'body'>;

/** `refreshToken`: the one that is sent, kept where none comes in its place. */
async function heldFrom(
  session: SessionContext,
  login: JsonLogin,
  shown: Shown,
  ask: Ask,
  refreshToken?: string,
): Promise<Held> {
  const { headers, renewal } = login;
  const route = routeOf(ask.url);
  const response = await session.http.request({ ...ask, route, ...(headers && { headers }) });
  if (!isSuccess(response)) throw unexpected(ask.method, ask.url, response, 'a session was expected');
  const token = valueAt(login.token, response, `${ask.method} ${route}`);
  session.issued(token);
  if (renewal === undefined) return shown(token);
  const found = renewal.refreshToken && foundAt(renewal.refreshToken, response);
  if (found) session.issued(found);
  const next = found ?? refreshToken;
  const seconds = renewal.seconds && foundAt(renewal.seconds, response);
  return {
    ...shown(token),
    ...renewAt(seconds === undefined ? undefined : Number(seconds)),
    renew(later) {
      const body = renewal.body?.(next ?? '');
      return heldFrom(later, login, shown, { method: 'POST', url: renewal.url, ...(body && { body }) }, next);
    },
  };
}

const isSuccess = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;
