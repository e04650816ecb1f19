// The portable Http over undici, one per session: its own cookie jar and its own connection, bodies scanned as they stream
// in and never kept beyond a limit, and a hang-up that really closes the socket in mid-answer.
import { createHash } from 'node:crypto';
import { CookieJar } from 'tough-cookie';
import { Agent, type Dispatcher, interceptors } from 'undici';
import type { Exchange } from '../history.ts';
import { scanHeaders } from '../scan/portable.ts';
import { createScanner } from '../scan/stream.ts';
import { AdapterError, type Declarations, type HttpRequest, type HttpResponse } from '../targets/target.ts';
import {
  bodyKeptBytesMax,
  type Client,
  cacheHeadersOf,
  cookieFingerprints,
  credentialsOf,
  HttpFailure,
  requestTimeoutMs,
} from './client.ts';

export interface NodeClientOptions {
  readonly session: string;
  readonly run: number;
  readonly origin: string;
  /** Links that lead to any other host are not followed. */
  readonly allowedHosts: readonly string[];
  readonly declares: Declarations;
}

/** More than this of one answer is not read: the exchange is marked partial. */
const bodyBytesMax = 1_073_741_824;
const cookiesOptions = { ignoreError: true } as const;

export function nodeClient(options: NodeClientOptions): Client {
  const agent = new Agent({
    connections: 1,
    pipelining: 1,
    connect: { timeout: requestTimeoutMs },
    keepAliveTimeout: 30_000,
  });
  const dispatcher = agent.compose(interceptors.decompress({ skipErrorResponses: false }));
  const cookies = new CookieJar(undefined, { rejectPublicSuffixes: false, looseMode: true });
  let connections = 0;
  agent.on('connect', () => {
    connections += 1;
  });
  let hangUpMs: number | null = null;
  let cookiesFrozen = false;
  let exchanges: Exchange[] = [];
  let sessionValues: string[] = [];

  async function request(wanted: HttpRequest): Promise<HttpResponse> {
    const url = urlOf(wanted.url, options);
    const cookieHeader = cookies.getCookieStringSync(url.href);
    const headers = { ...headersOf(wanted), ...(cookieHeader && { cookie: cookieHeader }) };
    const startedAt = now();
    const answer = await exchange(dispatcher, url, wanted, headers, hangUpMs);
    const setCookies = listOf(answer.headers['set-cookie']);
    if (!cookiesFrozen) for (const line of setCookies) cookies.setCookieSync(line, url.href, cookiesOptions);
    sessionValues.push(...cookieFingerprints(options.run, setCookies));
    exchanges.push({
      method: wanted.method,
      route: wanted.route,
      startedAt,
      ms: now() - startedAt,
      connection: `${options.session}#${connections}`,
      credentials: credentialsOf(headers, cookieHeader),
      ...factsOf(answer, options.declares),
    });
    if (answer.failure) throw answer.failure;
    return responseOf(answer, wanted);
  }

  return {
    http: { request },
    hangUpAfter(ms) {
      hangUpMs = ms;
    },
    freezeCookies() {
      cookiesFrozen = true;
    },
    take() {
      const record = { exchanges, sessionValues };
      exchanges = [];
      sessionValues = [];
      return record;
    },
    close: () => agent.destroy(),
  };
}

/** Wall-clock milliseconds with a fraction: monotonic within the process. */
export function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 100) / 100;
}

function urlOf(wanted: string, options: NodeClientOptions): URL {
  const url = new URL(wanted, options.origin);
  if (url.host === new URL(options.origin).host || options.allowedHosts.includes(url.hostname)) return url;
  throw new AdapterError(
    `the target handed out a link to ${url.host}, which is not on the drill's list of hosts (${options.allowedHosts.join(', ')}); add it to allowHosts if it belongs to your deployment`,
  );
}

function headersOf(wanted: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'gzip, deflate, br', ...wanted.headers };
  if (wanted.body && !(wanted.body instanceof Uint8Array)) headers['content-type'] ??= 'application/json';
  return headers;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bodyBytes: number;
  sha256: string | undefined;
  sightings: Exchange['sightings'];
  partial: boolean;
  kept: Buffer;
  failure: HttpFailure | null;
}

async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  wanted: HttpRequest,
  headers: Record<string, string>,
  hangUpMs: number | null,
): Promise<Answer> {
  const cutOff = new AbortController();
  const timer = setTimeout(() => cutOff.abort(), hangUpMs ?? requestTimeoutMs);
  const answer: Answer = {
    status: 0,
    headers: {},
    bodyBytes: 0,
    sha256: undefined,
    sightings: [],
    partial: false,
    kept: Buffer.alloc(0),
    failure: null,
  };
  const scanner = createScanner();
  try {
    const {
      statusCode,
      headers: received,
      body,
    } = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: wanted.method,
      headers,
      body: bodyOf(wanted),
      signal: cutOff.signal,
    });
    answer.status = statusCode;
    answer.headers = received;
    await readBody(body, wanted, answer, scanner);
  } catch (problem) {
    answer.partial = true;
    answer.failure = failureOf(problem, wanted, cutOff.signal.aborted, hangUpMs);
  } finally {
    clearTimeout(timer);
  }
  const scanned = await scanner.end();
  answer.partial ||= scanned.partial;
  answer.sightings = [...scanHeaders(pairsOf(answer.headers)).sightings, ...scanned.sightings];
  return answer;
}

async function readBody(
  body: AsyncIterable<Buffer>,
  wanted: HttpRequest,
  answer: Answer,
  scanner: ReturnType<typeof createScanner>,
): Promise<void> {
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let keptBytes = 0;
  for await (const chunk of body) {
    answer.bodyBytes += chunk.length;
    hash.update(chunk);
    await scanner.write(chunk);
    if (wanted.expect !== 'bytes' && keptBytes < bodyKeptBytesMax) {
      kept.push(chunk.subarray(0, bodyKeptBytesMax - keptBytes));
      keptBytes += chunk.length;
    }
    if (answer.bodyBytes > bodyBytesMax) {
      answer.partial = true;
      break;
    }
  }
  answer.sha256 = hash.digest('hex').slice(0, 16);
  answer.kept = Buffer.concat(kept);
}

function bodyOf(wanted: HttpRequest): string | Uint8Array | null {
  if (wanted.body === undefined) return null;
  return wanted.body instanceof Uint8Array ? wanted.body : JSON.stringify(wanted.body);
}

function failureOf(problem: unknown, wanted: HttpRequest, cutOff: boolean, hangUpMs: number | null): HttpFailure {
  const what = `${wanted.method} ${wanted.route}`;
  if (cutOff && hangUpMs !== null)
    return new HttpFailure('aborted', `${what}: hung up after ${hangUpMs} ms, as planned`);
  if (cutOff) return new HttpFailure('timeout', `${what}: no whole answer within ${requestTimeoutMs} ms`);
  return new HttpFailure(
    'connection-error',
    `${what}: ${problem instanceof Error ? problem.message : String(problem)}`,
  );
}

function factsOf(
  answer: Answer,
  declares: Declarations,
): Pick<
  Exchange,
  'status' | 'node' | 'version' | 'requestId' | 'bodyBytes' | 'bodySha256' | 'partial' | 'sightings' | 'cacheHeaders'
> {
  const header = (name: string | undefined): string | undefined =>
    name ? firstOf(answer.headers[name.toLowerCase()]) : undefined;
  const node = header(declares.headers.node);
  const version = header(declares.headers.version);
  const requestId = header(declares.headers.requestId);
  return {
    status: answer.status,
    bodyBytes: answer.bodyBytes,
    sightings: answer.sightings,
    cacheHeaders: cacheHeadersOf(header, declares.headers.cacheStatus),
    ...(node !== undefined && { node }),
    ...(version !== undefined && { version }),
    ...(requestId !== undefined && { requestId }),
    ...(answer.sha256 !== undefined && { bodySha256: answer.sha256 }),
    ...(answer.partial && { partial: true }),
  };
}

function responseOf(answer: Answer, wanted: HttpRequest): HttpResponse {
  const text = answer.kept.toString('utf8');
  return {
    status: answer.status,
    header: (name) => firstOf(answer.headers[name.toLowerCase()]),
    text,
    json: () => parsed(text, wanted, answer.status),
  };
}

export function parsed(text: string, wanted: HttpRequest, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AdapterError(
      `${wanted.method} ${wanted.route} answered ${status} with a body that is not JSON: ${JSON.stringify(text.slice(0, 80))}`,
    );
  }
}

const firstOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
const listOf = (value: string | string[] | undefined): string[] =>
  Array.isArray(value) ? value : value ? [value] : [];

function* pairsOf(headers: Answer['headers']): Generator<[string, string]> {
  for (const [name, value] of Object.entries(headers)) for (const one of listOf(value)) yield [name, one];
}
