// The portable Http over undici, one per session: its own cookie jar and its own connection, bodies scanned as they stream
// in and never kept beyond a limit, and a hang-up that really closes the socket in mid-answer.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CookieJar } from 'tough-cookie';
import { Client as Connection, type Dispatcher } from 'undici';
import { now } from '../clock.ts';
import { messageOf } from '../faults/bounded.ts';
import type { Exchange } from '../history.ts';
import { scanHeaders } from '../scan/portable.ts';
import { createScanner } from '../scan/stream.ts';
import type { Declarations, HttpRequest, HttpResponse } from '../targets/target.ts';
import { countText } from '../wording.ts';
import { bodyBytesMax, bodyKeptBytesMax, type Client, HttpFailure, requestTimeoutMs, timeLimitMs } from './client.ts';
import { clientState, type TakeTurn } from './client-state.ts';
import type { ConnectTo, Connection as Where } from './connect-to.ts';
import { connectorTo } from './connector.ts';
import { acceptEncoding, decoded } from './decode.ts';
import {
  cookiePairs,
  credentialsOf,
  factsOf,
  failureOf,
  foreignHost,
  responseOf,
  sessionFingerprints,
  traced,
} from './exchange.ts';

export interface NodeClientOptions extends Where {
  readonly session: string;
  readonly run: number;
  readonly declares: Declarations;
  /** An answer may take so much longer than in the load. */
  readonly patienceMs?: number;
  /** Where the target declares a rate limit. */
  readonly takeTurn?: TakeTurn;
}

const cookiesOptions = { ignoreError: true } as const;

export function nodeClient(options: NodeClientOptions): Client {
  const cookies = new CookieJar(undefined, { rejectPublicSuffixes: false, looseMode: true });
  return clientWith(options, cookies, { count: 0 });
}

/** `connections`: of all that share the cookies. */
function clientWith(options: NodeClientOptions, cookies: CookieJar, connections: { count: number }): Client {
  let connection = 0;
  const origins = connectionsTo(options.connectTo, () => {
    connections.count += 1;
    connection = connections.count;
  });
  const state = clientState(options);

  async function request(asked: HttpRequest): Promise<HttpResponse> {
    const wanted = withPatience(asked, options.patienceMs);
    const url = urlOf(wanted.url, options);
    await state.turn();
    const cookieHeader = cookies.getCookieStringSync(url.href);
    const { headers, facts } = traced(
      { ...headersOf(wanted), ...(cookieHeader && { cookie: cookieHeader }) },
      state.nextTrace(),
    );
    const startedAt = now();
    const answer = await exchange(origins.dispatcher(url.origin), url, wanted, headers, state.hangUpMs);
    const setCookies = listOf(answer.headers['set-cookie']);
    if (!state.cookiesFrozen) for (const line of setCookies) cookies.setCookieSync(line, url.href, cookiesOptions);
    state.record(
      {
        method: wanted.method,
        route: wanted.route,
        startedAt,
        ms: now() - startedAt,
        connection: `${options.session}#${connection}`,
        ...facts,
        ...credentialsOf(headers, cookieHeader, options.declares),
        ...factsOf(answer, options.declares),
      },
      sessionFingerprints(options.run, cookiePairs(setCookies)),
    );
    if (answer.failure) throw answer.failure;
    return responseOf(answer.status, answer.header, answer.kept.toString('utf8'), wanted);
  }

  return {
    http: { request },
    origin: new URL(options.origin).origin,
    ...state.controls,
    beside() {
      const other = clientWith(options, cookies, connections);
      if (state.cookiesFrozen) other.freezeCookies();
      return other;
    },
    close: origins.close,
  };
}

/** One connection to each origin, made anew when it breaks. (undici's Agent gives up keeping alive after the first break.) */
function connectionsTo(
  connectTo: ConnectTo | undefined,
  connected: () => void,
): { dispatcher(origin: string): Dispatcher; close(): Promise<void> } {
  const open = new Map<string, Connection>();
  return {
    dispatcher(origin) {
      const known = open.get(origin);
      if (known) return known;
      const connection = new Connection(origin, {
        pipelining: 1,
        connect: connectorTo(connectTo, requestTimeoutMs),
        keepAliveTimeout: 30_000,
      });
      connection.on('connect', connected);
      open.set(origin, connection);
      return connection;
    },
    async close() {
      await Promise.all([...open.values()].map((connection) => connection.destroy()));
    },
  };
}

const withPatience = (wanted: HttpRequest, patienceMs: number | undefined): HttpRequest =>
  patienceMs === undefined ? wanted : { ...wanted, streamsForMs: (wanted.streamsForMs ?? 0) + patienceMs };

function urlOf(wanted: string, options: NodeClientOptions): URL {
  const url = new URL(wanted, options.origin);
  if (url.host === new URL(options.origin).host || options.allowedHosts.includes(url.hostname)) return url;
  throw foreignHost(url.host, options.allowedHosts);
}

function headersOf(wanted: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': acceptEncoding, ...wanted.headers };
  if (wanted.body && !(wanted.body instanceof Uint8Array)) headers['content-type'] ??= 'application/json';
  return headers;
}

interface Reading {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  header(name: string): string | undefined;
  bodyBytes: number;
  bodySha256: string | undefined;
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
): Promise<Reading> {
  const cutOff = new AbortController();
  const timer = setTimeout(() => cutOff.abort(), hangUpMs ?? timeLimitMs(wanted));
  const answer: Reading = {
    status: 0,
    headers: {},
    header: (name) => {
      const lines = listOf(answer.headers[name.toLowerCase()]);
      return lines.length === 0 ? undefined : lines.join(', ');
    },
    bodyBytes: 0,
    bodySha256: undefined,
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
      body: bodyOf(wanted, headers, hangUpMs === null ? null : cutOff.signal),
      signal: cutOff.signal,
    });
    answer.status = statusCode;
    answer.headers = received;
    await readBody(decoded(body, answer.header('content-encoding')), wanted, answer, scanner);
  } catch (problem) {
    answer.partial = true;
    answer.failure = failureOf(wanted, cutOff.signal.aborted, hangUpMs, messageOf(problem), answer.bodyBytes);
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
  answer: Reading,
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
      answer.failure = tooLong(wanted);
      break;
    }
  }
  answer.bodySha256 = hash.digest('hex').slice(0, 16);
  answer.kept = Buffer.concat(kept);
}

const tooLong = ({ method, route }: HttpRequest): HttpFailure =>
  new HttpFailure(
    'connection-error',
    `${method} ${route}: hung up after ${countText(bodyBytesMax)} bytes, more than is read of one answer`,
  );

/** An upload that is to be cut off stops half-way and waits for it: on a fast network it would else be over before any hang-up. */
function bodyOf(
  wanted: HttpRequest,
  headers: Record<string, string>,
  cutOff: AbortSignal | null,
): string | Uint8Array | Readable | null {
  const { body } = wanted;
  if (body === undefined) return null;
  if (!(body instanceof Uint8Array)) return JSON.stringify(body);
  if (cutOff === null) return body;
  headers['content-length'] = String(body.byteLength);
  return Readable.from(firstHalf(body, cutOff));
}

async function* firstHalf(body: Uint8Array, cutOff: AbortSignal): AsyncGenerator<Uint8Array> {
  yield body.subarray(0, Math.ceil(body.byteLength / 2));
  if (!cutOff.aborted) await new Promise<void>((resolve) => cutOff.addEventListener('abort', () => resolve()));
}

const listOf = (value: string | string[] | undefined): string[] =>
  Array.isArray(value) ? value : value ? [value] : [];

function* pairsOf(headers: Reading['headers']): Generator<[string, string]> {
  for (const [name, value] of Object.entries(headers)) for (const one of listOf(value)) yield [name, one];
}
