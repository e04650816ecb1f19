// What the edge does with one request: answer it from the shared cache, let it join an equal one that is under way, or pass it through
// as a stream.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessLog } from './access-log.ts';
import type { Balancer } from './edge-balancer.ts';
import { createEdgeCache, storedBodyBytesMax } from './edge-cache.ts';
import { type EdgeConfigName, edgeConfigs } from './edge-config.ts';
import { type Exit, openExit } from './edge-exit.ts';
import { createFlights } from './edge-flights.ts';
import type { AnswerHead, EdgeRequest, Keeping } from './edge-keeping.ts';
import { askOrigin, OriginFailure } from './edge-origin.ts';
import { endToEnd, type OriginAnswer, type OriginRequest } from './edge-transport.ts';
import { asksServedHeader, readBody } from './http.ts';
import type { EdgeReport } from './parts.ts';
import type { Seams } from './seams.ts';
import type { Tracing } from './tracing.ts';

export interface EdgeProxy {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  report(): EdgeReport;
  reload(config: EdgeConfigName): void;
  purge(): void;
}

/** One request on its way through the edge. */
interface Passage {
  readonly origin: OriginRequest;
  readonly exit: Exit;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  readonly usesCache: boolean;
}

const sharedBodyBytesMax = 4 * 1024 * 1024;

type ProxySeams = Pick<Seams, 'collapseKey' | 'edgeServesStored' | 'edgeKeeps' | 'originTransport'>;

export function createProxy(balancer: Balancer, seams: ProxySeams, log?: AccessLog, tracing?: Tracing): EdgeProxy {
  const cache = createEdgeCache(Date.now);
  const flights = createFlights();
  const transport = seams.originTransport();
  const boot = randomUUID().slice(0, 8);
  let requestCount = 0;
  let config = edgeConfigs.standard;
  let [reloadCount, purgeCount, purgedEntryCount] = [0, 0, 0];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requestCount += 1;
    const requestId = `${boot}-${requestCount}`;
    const { method = 'GET', url = '/', headers } = request;
    const span = tracing?.open(headers.traceparent);
    const exit = openExit(request, response, requestId, log, span);
    const usesCache = seams.edgeServesStored({ method, url, headers }, config);
    const stored = usesCache ? cache.find(url, headers) : undefined;
    if (stored !== undefined) {
      const { answer, ageSeconds } = stored;
      exit.whole(answer.status, { ...answer.headers, age: String(ageSeconds) }, answer.body, 'hit');
      return;
    }
    const hangUp = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) hangUp.abort();
    });
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    const body = hasBody ? request : undefined;
    const ours = {
      'x-request-id': requestId,
      [asksServedHeader]: log === undefined ? undefined : '1',
      ...(span && { traceparent: span.traceparent }),
    };
    const origin: OriginRequest = { method, url, headers: { ...headers, ...ours }, body };
    const passage: Passage = { origin, exit, signal: hangUp.signal, usesCache };
    const key = seams.collapseKey({ method, url, headers });
    try {
      if (key === undefined || hasBody) await passThrough(passage);
      else await passShared(passage, key);
      if (method !== 'GET' && method !== 'HEAD') cache.invalidate(url);
    } catch (error) {
      fail(exit, response, error);
    }
  }

  /** Null: not kept. */
  function keepingFor(usesCache: boolean, request: EdgeRequest, head: AnswerHead): Keeping | null {
    return usesCache ? seams.edgeKeeps(request, head, config) : null;
  }

  async function passShared(passage: Passage, key: string): Promise<void> {
    const { origin, exit, signal, usesCache } = passage;
    let asked = false;
    const answer = await flights.join(key, signal, async (flightSignal) => {
      asked = true;
      const head = await askOrigin(balancer, transport, origin, flightSignal);
      const body = await readBody(head, sharedBodyBytesMax);
      const whole = { status: head.statusCode ?? 502, headers: endToEnd(head.headers), body };
      const keeping = keepingFor(usesCache, origin, whole);
      if (keeping !== null) cache.store(origin.url, origin.headers, whole, keeping);
      return whole;
    });
    // A session value is for the one who asked; the others ask for themselves.
    if (!asked && answer.headers['set-cookie'] !== undefined) return passThrough(passage);
    const verdict = keepingFor(usesCache, origin, answer) === null ? 'bypass' : 'miss';
    exit.whole(answer.status, answer.headers, answer.body, verdict);
  }

  async function passThrough({ origin, exit, signal, usesCache }: Passage): Promise<void> {
    const answer = await askOrigin(balancer, transport, origin, signal);
    const status = answer.statusCode ?? 502;
    const headers = endToEnd(answer.headers);
    const keeping = keepingFor(usesCache, origin, { status, headers });
    if (keeping !== null)
      collect(answer, (body) => cache.store(origin.url, origin.headers, { status, headers, body }, keeping));
    await exit.stream(status, headers, answer, keeping === null ? 'bypass' : 'miss');
  }

  return {
    handle,
    report: () => ({
      config: config.name,
      reloadCount,
      entryCount: cache.entryCount(),
      purgeCount,
      purgedEntryCount,
    }),
    reload(name) {
      config = edgeConfigs[name];
      reloadCount += 1;
    },
    purge() {
      purgedEntryCount += cache.purge();
      purgeCount += 1;
    },
  };
}

/** Gives the body once it has passed by whole, unless it is too large to keep. */
function collect(answer: OriginAnswer, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  answer.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= storedBodyBytesMax) chunks.push(chunk);
  });
  answer.on('end', () => {
    if (sizeBytes <= storedBodyBytesMax) done(Buffer.concat(chunks));
  });
}

/** An answer that has begun can only be cut; one that has not is told what happened. */
function fail(exit: Exit, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = error instanceof OriginFailure ? error.status : 502;
  const message = error instanceof Error ? error.message : String(error);
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  exit.whole(status, headers, Buffer.from(JSON.stringify({ error: { code: 'origin', message } })), 'bypass');
}
