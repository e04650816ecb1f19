// Signs in with credentials as JSON, and holds the token of the answer: as a bearer, or in a header of the product's own.
// Safe inside k6.
import type { ActionResult, HttpRequest, HttpResponse, SessionContext } from '../targets/target.ts';
import { routeOf } from './address.ts';
import { type Place, valueAt } from './answer-place.ts';
import { hold, letGo } from './held.ts';
import { resultOf, unexpected } from './problem.ts';

export interface JsonLogin {
  /** Default: POST. */
  readonly method?: HttpRequest['method'];
  readonly url: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Sent with the login and with every request after it, such as the key of an app. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the answer has the token. */
  readonly token: Place;
}

export const jsonLogin = (session: SessionContext, login: JsonLogin): Promise<ActionResult> =>
  resultOf(async () => {
    const token = await tokenFrom(session, login);
    hold(session, { headers: { ...login.headers, authorization: `Bearer ${token}` } });
  });

export interface HeaderLogin extends JsonLogin {
  /** Request header that carries the session. Declare it among `credentialHeaders`, too, so that the oracle knows it for one. */
  readonly header: string;
  /** Header of any later answer that carries the session's next value. */
  readonly rolledIn?: string;
}

export const headerSession = (session: SessionContext, login: HeaderLogin): Promise<ActionResult> =>
  resultOf(async () => {
    const token = await tokenFrom(session, login);
    hold(session, {
      headers: { ...login.headers, [login.header]: token },
      ...(login.rolledIn !== undefined && { rolls: { answer: login.rolledIn, request: login.header } }),
    });
  });

async function tokenFrom(session: SessionContext, login: JsonLogin): Promise<string> {
  letGo(session);
  const { method = 'POST', url, body, headers } = login;
  const route = routeOf(url);
  const response = await session.http.request({
    method,
    url,
    route,
    ...(headers && { headers }),
    ...(body && { body }),
  });
  if (!isSuccess(response)) throw unexpected(method, url, response, 'a session was expected');
  const token = valueAt(login.token, response, `${method} ${route}`);
  session.issued(token);
  return token;
}

const isSuccess = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;
