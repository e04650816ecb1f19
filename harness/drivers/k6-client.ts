// The portable Http over k6's own, one per session: its own cookie jar, bodies looked through as they come, and a hang-up
// that really closes the connection, which is what k6 does when a request's time is up. k6's modules are handed in. Safe inside k6.
import type { Exchange } from '../history.ts';
import type { Declarations, HttpRequest, HttpResponse } from '../targets/target.ts';
import { bodyKeptBytesMax, type Client, timeLimitMs } from './client.ts';
import { clientState, type TakeTurn } from './client-state.ts';
import type { Connection } from './connect-to.ts';
import {
  credentialsOf,
  factsOf,
  failureOf,
  responseOf,
  sessionFingerprints,
  type TraceFacts,
  traced,
} from './exchange.ts';
import { type Clearance, createClearance, type ScanTools } from './k6-clearance.ts';
import { absoluteUrl } from './k6-url.ts';

/** The origin without a slash at the end. */
export interface K6ClientOptions extends Connection {
  readonly session: string;
  readonly run: number;
  readonly declares: Declarations;
  readonly http: K6Http;
  readonly tools: ScanTools;
  /** Where the target declares a rate limit. */
  readonly takeTurn?: TakeTurn;
}

/** What is used of `k6/http`. */
export interface K6Http {
  asyncRequest(method: string, url: string, body: string | ArrayBuffer | null, params: K6Params): Promise<K6Response>;
  readonly CookieJar: new () => K6CookieJar;
}

export interface K6CookieJar {
  cookiesForURL(url: string): Readonly<Record<string, readonly string[]>>;
}

export interface K6Params {
  readonly headers: Readonly<Record<string, string>>;
  readonly jar: K6CookieJar;
  readonly redirects: number;
  readonly responseType: 'text' | 'binary';
  readonly timeout: number;
}

interface K6Cookie {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 where it is not said, less where the cookie is taken away. */
  readonly max_age: number;
  /** Milliseconds since the epoch; before it where it is not said. */
  readonly expires: number;
}

export interface K6Response {
  readonly status: number;
  readonly error: string;
  readonly error_code: number;
  readonly body: string | ArrayBuffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, readonly K6Cookie[]>>;
  readonly timings: { readonly connecting: number };
}

/** k6's code for a request whose time was up. */
const timeUp = 1050;

export function k6Client(options: K6ClientOptions): Client {
  return clientWith(options, new options.http.CookieJar(), createClearance(options.tools), { count: 0 });
}

/** `connections`: of all that share the cookies. */
function clientWith(
  options: K6ClientOptions,
  jar: K6CookieJar,
  clearance: Clearance,
  connections: { count: number },
): Client {
  const { http } = options;
  const state = clientState(options);

  /** A jar takes what every answer sets, so frozen cookies are sent by hand, with a jar to throw away. */
  function params(wanted: HttpRequest, url: string): { params: K6Params; cookie: string; facts: TraceFacts } {
    const cookie = cookieHeaderOf(jar, url);
    const { headers, facts } = traced(
      { ...headersOf(wanted), ...(state.cookiesFrozen && cookie && { cookie }) },
      state.nextTrace(),
    );
    return {
      cookie,
      facts,
      params: {
        headers,
        jar: state.cookiesFrozen ? new http.CookieJar() : jar,
        redirects: 0,
        responseType: wanted.expect === 'bytes' ? 'binary' : 'text',
        timeout: state.hangUpMs ?? timeLimitMs(wanted),
      },
    };
  }

  async function request(wanted: HttpRequest): Promise<HttpResponse> {
    const url = absoluteUrl(wanted.url, options.origin, options.allowedHosts);
    await state.turn();
    const { params: given, cookie, facts } = params(wanted, url);
    const startedAt = Date.now();
    const got = await http.asyncRequest(wanted.method, url, bodyOf(wanted), given);
    const ms = Math.max(0, Date.now() - startedAt);
    if (got.timings.connecting > 0) connections.count += 1;
    const answer = read(got, wanted, clearance);
    state.record(
      {
        method: wanted.method,
        route: wanted.route,
        startedAt,
        ms,
        connection: `${options.session}#${connections.count}`,
        ...facts,
        ...credentialsOf(given.headers, cookie, options.declares),
        ...factsOf(answer, options.declares),
      },
      sessionFingerprints(options.run, cookiesOf(got)),
    );
    if (got.error_code !== 0 && got.status === 0)
      throw failureOf(wanted, got.error_code === timeUp, state.hangUpMs, got.error);
    return responseOf(answer.status, answer.header, answer.text.slice(0, bodyKeptBytesMax), wanted);
  }

  return {
    http: { request },
    origin: options.origin,
    ...state.controls,
    beside() {
      const other = clientWith(options, jar, clearance, connections);
      if (state.cookiesFrozen) other.freezeCookies();
      return other;
    },
    // k6 closes the connections at the end of the iteration, which is the session's end.
    close: () => Promise.resolve(),
  };
}

interface Reading {
  readonly status: number;
  header(name: string): string | undefined;
  readonly text: string;
  readonly bodyBytes: number;
  readonly bodySha256: string | undefined;
  readonly sightings: Exchange['sightings'];
  readonly partial: boolean;
}

/** Of an answer that broke off k6 keeps the bytes that came, but neither status nor headers. */
function read(got: K6Response, wanted: HttpRequest, clearance: Clearance): Reading {
  const headers = new Map<string, string>();
  for (const name of Object.keys(got.headers)) headers.set(name.toLowerCase(), got.headers[name] ?? '');
  const body = got.body ?? '';
  const cleared = clearance.body(wanted.route, body);
  const whole = got.status !== 0;
  return {
    status: got.status,
    header: (name) => headers.get(name.toLowerCase()),
    text: typeof body === 'string' ? body : '',
    bodyBytes: cleared.bodyBytes,
    bodySha256: whole ? cleared.bodySha256 : undefined,
    sightings: [...clearance.headers(headers), ...cleared.sightings],
    partial: cleared.partial || !whole,
  };
}

function headersOf(wanted: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'gzip, deflate, br', ...wanted.headers };
  if (wanted.body && !(wanted.body instanceof Uint8Array)) headers['content-type'] ??= 'application/json';
  return headers;
}

function bodyOf(wanted: HttpRequest): string | ArrayBuffer | null {
  const { body } = wanted;
  if (body === undefined) return null;
  if (!(body instanceof Uint8Array)) return JSON.stringify(body);
  if (body.byteLength === body.buffer.byteLength) return body.buffer;
  return body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength);
}

function cookieHeaderOf(jar: K6CookieJar, url: string): string {
  const pairs: string[] = [];
  for (const [name, values] of Object.entries(jar.cookiesForURL(url)))
    for (const value of values) pairs.push(`${name}=${value}`);
  return pairs.join('; ');
}

function cookiesOf(got: K6Response): [name: string, value: string][] {
  return Object.values(got.cookies).flatMap((cookies) =>
    cookies.filter(isGiven).map(({ name, value }): [string, string] => [name, value]),
  );
}

/** One that takes a cookie away issues nothing. */
const isGiven = ({ max_age, expires }: K6Cookie): boolean =>
  max_age > 0 || (max_age === 0 && (expires < 0 || expires > Date.now()));
