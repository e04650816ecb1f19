// A walk through pages as a browser would make it: redirects followed by hand within a limit, forms sent with what a browser adds.
// It remembers where it came by and which cookies were set, for these tell whether a login has succeeded. Safe inside k6.
import type { HttpRequest, HttpResponse, SessionContext } from '../targets/target.ts';
import { encoded, originOf, resolved, routeOf, withQuery } from './address.ts';
import { asciiBytes } from './base64.ts';
import { cookieIn } from './cookies.ts';
import { LoginProblem } from './problem.ts';

export const redirectsMax = 10;

/** A page that came, or the address at which the walk was to stop, which then has not been opened. */
export type Visit =
  | { readonly kind: 'page'; readonly method: string; readonly url: string; readonly response: HttpResponse }
  | { readonly kind: 'stop'; readonly url: string };

export interface Form {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly fields: Iterable<readonly [name: string, value: string]>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Walk {
  open(url: string): Promise<Visit>;
  /** `from`: the page on which it stands. */
  submit(form: Form, from: string): Promise<Visit>;
  /** Addresses redirected to since the last form was sent. */
  readonly redirects: readonly string[];
  /** The value that an answer has set for this cookie since the last form was sent, or else before. */
  cookie(name: string, since?: 'form' | 'start'): string | undefined;
}

type Ask = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>;

export function walk(session: SessionContext, stopsAt: (url: string) => boolean = () => false): Walk {
  let redirects: string[] = [];
  const before: string[] = [];
  let since: string[] = [];

  async function follow(first: Ask): Promise<Visit> {
    let ask = first;
    for (let count = 0; count <= redirectsMax; count++) {
      const response = await session.http.request({ ...ask, route: routeOf(ask.url) });
      since.unshift(response.header('set-cookie') ?? '');
      const location = response.header('location');
      if (!isRedirect(response.status) || location === undefined)
        return { kind: 'page', method: ask.method, url: ask.url, response };
      const url = resolved(ask.url, location);
      redirects.push(url);
      if (stopsAt(url)) return { kind: 'stop', url };
      ask = redirected(ask, response.status, url);
    }
    throw new LoginProblem(
      `${first.method} ${routeOf(first.url)} led through more than ${redirectsMax} redirects, the last to ${routeOf(ask.url)}`,
    );
  }

  return {
    get redirects() {
      return redirects;
    },
    cookie: (name, from = 'form') => cookieIn(from === 'form' ? since : [...since, ...before], name),
    open(url) {
      const whole = resolved(`${session.origin}/`, url);
      return stopsAt(whole) ? Promise.resolve({ kind: 'stop', url: whole }) : follow({ method: 'GET', url: whole });
    },
    submit({ method, url, fields, headers }, from) {
      before.unshift(...since);
      since = [];
      redirects = [];
      if (stopsAt(url)) return Promise.resolve({ kind: 'stop', url: withQuery(url, encoded(fields)) });
      if (method === 'GET')
        return follow({ method, url: withQuery(url, encoded(fields)), ...(headers && { headers }) });
      return follow({ method, url, ...formBody(fields, { ...asOfPage(from, url), ...headers }) });
    },
  };
}

/** Body and header of a urlencoded form. */
export function formBody(
  fields: Form['fields'],
  headers: Readonly<Record<string, string>> = {},
): Pick<HttpRequest, 'headers'> & { readonly body: Uint8Array<ArrayBuffer> } {
  return {
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: asciiBytes(encoded(fields)),
  };
}

/** What browsers tell of the page that a form stood on, and some servers check. Another host learns the origin alone. */
function asOfPage(page: string, to: string): Readonly<Record<string, string>> {
  const origin = originOf(page) ?? '';
  const referer = originOf(to) === origin ? page.replace(/#.*$/s, '') : `${origin}/`;
  return { origin, referer };
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

/** As browsers do (Fetch, HTTP-redirect fetch): 307 and 308 say all once more, which a password must not to another host. */
function redirected(ask: Ask, status: number, url: string): Ask {
  if (ask.method === 'GET' || (status !== 307 && status !== 308)) return { method: 'GET', url };
  if (originOf(url) === originOf(ask.url)) return { ...ask, url };
  throw new LoginProblem(
    `${ask.method} ${routeOf(ask.url)} answered ${status}, which would send the form on to another host (${originOf(url) ?? 'of no address'}): not followed`,
  );
}
