// What the edge does with one request: answer it from the shared cache, let it join an equal one that is under way, or pass it through
// as a stream.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Balancer } from './edge-balancer.ts';
import { createEdgeCache, lifetimeMsOf, mayUseCache, type StoredAnswer, storedBodyBytesMax } from './edge-cache.ts';
import { createFlights } from './edge-flights.ts';
import { askOrigin, endToEnd, OriginFailure, type OriginRequest } from './edge-origin.ts';
import { readBody } from './http.ts';
import type { Seams } from './seams.ts';

type CacheVerdict = 'hit' | 'miss' | 'bypass';

const sharedBodyBytesMax = 4 * 1024 * 1024;

export function createProxy(balancer: Balancer, seams: Pick<Seams, 'collapseKey'>) {
  const cache = createEdgeCache(Date.now);
  const flights = createFlights();
  const boot = randomUUID().slice(0, 8);
  let requestCount = 0;

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requestCount += 1;
    const requestId = `${boot}-${requestCount}`;
    const { method = 'GET', url = '/', headers } = request;
    const usesCache = mayUseCache(method, headers);
    const stored = usesCache ? cache.find(url, headers) : undefined;
    if (stored !== undefined) {
      sendWhole(response, stored.answer, requestId, 'hit', { age: String(stored.ageSeconds) });
      return;
    }
    const hangUp = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) hangUp.abort();
    });
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    const origin: OriginRequest = {
      method,
      url,
      headers: { ...headers, 'x-request-id': requestId },
      body: hasBody ? request : undefined,
    };
    const key = seams.collapseKey({ method, url, headers });
    const passOn = key === undefined || hasBody ? passThrough : passShared;
    try {
      await passOn(origin, response, requestId, hangUp.signal, usesCache, key ?? '');
      if (method !== 'GET' && method !== 'HEAD') cache.invalidate(url);
    } catch (error) {
      fail(response, requestId, error);
    }
  };

  async function passShared(
    origin: OriginRequest,
    response: ServerResponse,
    requestId: string,
    signal: AbortSignal,
    usesCache: boolean,
    key: string,
  ): Promise<void> {
    const answer = await flights.join(key, signal, async (flightSignal) => {
      const head = await askOrigin(balancer, origin, flightSignal);
      const body = await readBody(head, sharedBodyBytesMax);
      const whole = { status: head.statusCode ?? 502, headers: endToEnd(head.headers), body };
      if (usesCache) cache.store(origin.url, origin.headers, whole);
      return whole;
    });
    sendWhole(response, answer, requestId, verdictOn(usesCache, answer.status, answer.headers));
  }

  async function passThrough(
    origin: OriginRequest,
    response: ServerResponse,
    requestId: string,
    signal: AbortSignal,
    usesCache: boolean,
  ): Promise<void> {
    const head = await askOrigin(balancer, origin, signal);
    const status = head.statusCode ?? 502;
    const headers = endToEnd(head.headers);
    const verdict = verdictOn(usesCache, status, headers);
    if (verdict === 'miss') collect(head, (body) => cache.store(origin.url, origin.headers, { status, headers, body }));
    response.writeHead(status, { ...headers, 'x-cache': verdict, 'x-request-id': requestId });
    await pipeline(head, response);
  }
}

function verdictOn(usesCache: boolean, status: number, headers: Readonly<Record<string, unknown>>): CacheVerdict {
  return usesCache && lifetimeMsOf(status, headers) > 0 ? 'miss' : 'bypass';
}

/** Gives the body once it has passed by whole, unless it is too large to keep. */
function collect(head: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  head.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= storedBodyBytesMax) chunks.push(chunk);
  });
  head.on('end', () => {
    if (sizeBytes <= storedBodyBytesMax) done(Buffer.concat(chunks));
  });
}

function sendWhole(
  response: ServerResponse,
  answer: StoredAnswer,
  requestId: string,
  verdict: CacheVerdict,
  extra: Readonly<Record<string, string>> = {},
): void {
  const length = String(answer.body.length);
  response
    .writeHead(answer.status, {
      ...answer.headers,
      'content-length': length,
      'x-cache': verdict,
      'x-request-id': requestId,
      ...extra,
    })
    .end(answer.body);
}

/** An answer that has begun can only be cut; one that has not is told what happened. */
function fail(response: ServerResponse, requestId: string, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = error instanceof OriginFailure ? error.status : 502;
  const message = error instanceof Error ? error.message : String(error);
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-cache': 'bypass',
    'x-request-id': requestId,
  };
  response.writeHead(status, headers).end(JSON.stringify({ error: { code: 'origin', message } }));
}
