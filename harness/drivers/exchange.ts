// From one request and its answer to the facts that the history keeps: the same, whichever driver's HTTP carried it.
// What goes in are the raw parts, before the adapter sees any of them. Safe inside k6.
import { fingerprint } from '../../fixtures/siphash.ts';
import type { Exchange } from '../history.ts';
import { AdapterError, type Declarations, type HttpRequest, type HttpResponse } from '../targets/target.ts';
import { type RequestTrace, traceIn, traceparentOf } from '../tracing.ts';
import { countText } from '../wording.ts';
import { HttpFailure, sessionKey, timeLimitMs } from './client.ts';

/** Shorter cookie values name a language or a choice, not a session. */
const sessionValueLettersMin = 16;
const cacheHeaderLettersMax = 200;

/** Response headers that decide whether a shared cache may keep the answer, or tell that one did. */
const cacheHeaderNames = [
  'cache-control',
  'expires',
  'pragma',
  'vary',
  'age',
  'via',
  'x-varnish',
  'x-cache',
  'x-cache-status',
  'cf-cache-status',
  'cache-status',
];

/** The value of that name, in any case; several are joined by `, `. */
export type HeaderOf = (name: string) => string | undefined;

/** An answer as it came, whole or not. `status` 0: none came. */
export interface Answer {
  readonly status: number;
  readonly header: HeaderOf;
  readonly bodyBytes: number;
  readonly bodySha256: string | undefined;
  readonly sightings: Exchange['sightings'];
  readonly partial: boolean;
}

export type TraceFacts = Pick<Exchange, 'traceId' | 'spanId'>;
export type CredentialFacts = Pick<Exchange, 'credentials' | 'credentialHeaders'>;
export type AnswerFacts = Omit<
  Exchange,
  'method' | 'route' | 'startedAt' | 'ms' | 'connection' | keyof CredentialFacts | keyof TraceFacts
>;

export function factsOf(answer: Answer, declares: Declarations): AnswerFacts {
  const declared = (name: string | undefined): string | undefined => (name ? answer.header(name) : undefined);
  const node = declared(declares.headers.node);
  const version = declared(declares.headers.version);
  const requestId = declared(declares.headers.requestId);
  return {
    status: answer.status,
    bodyBytes: answer.bodyBytes,
    sightings: answer.sightings,
    cacheHeaders: cacheHeadersOf(answer.header, declares.headers.cacheStatus),
    ...(node !== undefined && { node }),
    ...(version !== undefined && { version }),
    ...(requestId !== undefined && { requestId }),
    ...(answer.bodySha256 !== undefined && { bodySha256: answer.bodySha256 }),
    ...(answer.partial && { partial: true }),
  };
}

function cacheHeadersOf(header: HeaderOf, declared: string | undefined): Record<string, string> {
  const names = declared ? [...cacheHeaderNames, declared.toLowerCase()] : cacheHeaderNames;
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = header(name);
    if (value !== undefined) found[name] = value.slice(0, cacheHeaderLettersMax);
  }
  return found;
}

type CookiePair = readonly [name: string, value: string];

/** Names and values of `Set-Cookie` lines. One that takes a cookie away issues nothing, though it may carry a value, the same for all. */
export function cookiePairs(lines: readonly string[]): CookiePair[] {
  return lines.filter((line) => !takesAway(line)).map(cookiePair);
}

function cookiePair(line: string): CookiePair {
  const pair = line.split(';', 1)[0] ?? '';
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** RFC 6265, section 5.2: `Max-Age` comes before `Expires`. */
function takesAway(line: string): boolean {
  const seconds = /;\s*max-age=(-?\d+)/i.exec(line)?.[1];
  if (seconds !== undefined) return Number(seconds) <= 0;
  const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1];
  return expires !== undefined && Date.parse(expires) <= Date.now();
}

/** `name=fingerprint` of those values (of cookies, tokens) that are long enough to be secrets. */
export function sessionFingerprints(run: number, values: readonly CookiePair[]): string[] {
  return values
    .filter(([, value]) => value.length >= sessionValueLettersMin)
    .map(([name, value]) => `${name}=${fingerprint(sessionKey(run), value)}`);
}

/** How the request proved who it was: by what shared caches know, else by headers of the product's own. Names only. */
export function credentialsOf(
  headers: Readonly<Record<string, string>>,
  cookieHeader: string | undefined,
  { credentialHeaders = [] }: Pick<Declarations, 'credentialHeaders'>,
): CredentialFacts {
  const sent = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const own = credentialHeaders.map((name) => name.toLowerCase()).filter((name) => sent.has(name));
  const names = own.length > 0 ? { credentialHeaders: own } : {};
  if (sent.has('authorization')) return { credentials: 'authorization', ...names };
  if (cookieHeader) return { credentials: 'cookie', ...names };
  return { credentials: own.length > 0 ? 'header' : 'none', ...names };
}

/** The headers, with what tells of the trace, where they say nothing of it: what the adapter or the page set itself, stays and is what counts. */
export function traced<Value>(
  headers: Readonly<Record<string, Value>>,
  trace: RequestTrace | null,
): { readonly headers: Record<string, Value | string>; readonly facts: TraceFacts } {
  const own = nameIn(headers, 'traceparent');
  if (own !== undefined) {
    const theirs = traceIn(String(headers[own]));
    return { headers: withBaggage(headers, trace), facts: theirs ?? {} };
  }
  if (trace === null) return { headers, facts: {} };
  const { traceId, spanId } = trace;
  return {
    headers: { ...withBaggage(headers, trace), traceparent: traceparentOf(trace) },
    facts: { traceId, spanId },
  };
}

const withBaggage = <Value>(
  headers: Readonly<Record<string, Value>>,
  trace: RequestTrace | null,
): Record<string, Value | string> =>
  trace === null || nameIn(headers, 'baggage') !== undefined ? headers : { ...headers, baggage: trace.baggage };

/** As it is written there. Lengths first: this is done for every request. */
function nameIn(headers: Readonly<Record<string, unknown>>, wanted: string): string | undefined {
  for (const name in headers) if (name.length === wanted.length && name.toLowerCase() === wanted) return name;
  return undefined;
}

/** What the adapter is given of an answer. */
export function responseOf(status: number, header: HeaderOf, text: string, wanted: HttpRequest): HttpResponse {
  return { status, header, text, json: () => parsed(text, wanted, status) };
}

function parsed(text: string, wanted: HttpRequest, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AdapterError(
      // The text itself may be somebody's: it stays out of the history.
      `${wanted.method} ${wanted.route} answered ${status} with a body of ${text.length} characters that is not JSON`,
    );
  }
}

/** Why no whole answer came. `cutOff`: we closed the connection, be it because the plan said so or because time was up. */
export function failureOf(
  wanted: HttpRequest,
  cutOff: boolean,
  hangUpMs: number | null,
  problem: string,
  bodyBytes = 0,
): HttpFailure {
  const what = `${wanted.method} ${wanted.route}`;
  if (cutOff && hangUpMs !== null)
    return new HttpFailure('aborted', `${what}: hung up after ${hangUpMs} ms, as planned`);
  const came = bodyBytes > 0 ? `, of which ${countText(bodyBytes)} bytes had come` : '';
  if (cutOff) return new HttpFailure('timeout', `${what}: no whole answer within ${timeLimitMs(wanted)} ms${came}`);
  return new HttpFailure('connection-error', `${what}: ${problem}`);
}

/** Links that lead to a host which the drill does not list are not followed. */
export function foreignHost(host: string, allowedHosts: readonly string[]): AdapterError {
  return new AdapterError(
    `the target handed out a link to ${host}, which is not on the drill's list of hosts (${allowedHosts.join(', ')}); add it to allowHosts if it belongs to your deployment`,
  );
}
