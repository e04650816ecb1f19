// Where answers leave the edge, whatever way they came: with its own headers, without those that are for the edge alone, and, where an
// access log is kept, seen by its witness before their last byte is out.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AccessLog } from './access-log.ts';
import { createWitness } from './access-witness.ts';
import { routeOf, servedHeader, splitTarget } from './http.ts';
import type { ServerSpan, SpanFacts } from './tracing.ts';

/** Of an answer, in a span; the access log has them all. */
const idsToldMax = 50;

export type CacheVerdict = 'hit' | 'miss' | 'bypass';
type Headers = Readonly<Record<string, string | string[]>>;

export interface Exit {
  whole(status: number, headers: Headers, body: Buffer, cache: CacheVerdict): void;
  stream(status: number, headers: Headers, body: Readable, cache: CacheVerdict): Promise<void>;
}

export function openExit(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  log: AccessLog | undefined,
  span: ServerSpan | undefined,
): Exit {
  const sees = log !== undefined || span !== undefined;
  const method = request.method ?? 'GET';
  const { path } = splitTarget(request.url ?? '/');
  const { route } = routeOf(path);

  function endSpan(status: number, facts: SpanFacts): void {
    const asked = { 'http.request.method': method, 'http.route': route, 'clinic.request_id': requestId };
    span?.end(`${method} ${route}`, status, { ...asked, ...facts });
  }

  // Who left before there was an answer got none; of one that was cut the witness tells first.
  if (span !== undefined) response.once('close', () => setImmediate(() => endSpan(499, { 'clinic.whole': 'no' })));

  function head(status: number, { [servedHeader]: _, ...headers }: Headers, cache: CacheVerdict): void {
    response.writeHead(status, { ...headers, 'x-cache': cache, 'x-request-id': requestId });
  }

  function watch(status: number, headers: Headers, cache: CacheVerdict) {
    const witness = createWitness();
    let written = false;
    return {
      see: witness.see,
      write(whole: boolean): void {
        if (written) return;
        written = true;
        const account = witness.account();
        const node = textOf(headers['x-clinic-node']);
        log?.write({
          kind: 'answer',
          requestId,
          traceId: span?.traceId ?? null,
          spanId: span?.spanId ?? null,
          at: new Date().toISOString(),
          method,
          path,
          status,
          cache,
          node,
          served: textOf(headers[servedHeader]),
          whole,
          ...account,
        });
        endSpan(status, {
          'clinic.cache': cache,
          'clinic.node': node ?? undefined,
          'clinic.whole': whole ? 'yes' : 'no',
          'clinic.ids': account.uuids.slice(0, idsToldMax),
        });
      },
    };
  }

  function watchStream(status: number, headers: Headers, body: Readable, cache: CacheVerdict): void {
    const seen = watch(status, headers, cache);
    let leftBytes = status === 204 ? 0 : Number(headers['content-length'] ?? Number.NaN);
    if (leftBytes === 0) seen.write(true);
    // Before the chunk is passed on: who waits for so many bytes has them all with the last.
    body.on('data', (chunk: Buffer) => {
      seen.see(chunk);
      leftBytes -= chunk.length;
      if (leftBytes === 0) seen.write(true);
    });
    body.on('end', () => seen.write(true));
    body.on('close', () => seen.write(false));
  }

  return {
    whole(status, headers, body, cache) {
      if (sees) {
        const seen = watch(status, headers, cache);
        seen.see(body);
        seen.write(true);
      }
      head(status, { ...headers, 'content-length': String(body.length) }, cache);
      response.end(body);
    },
    async stream(status, headers, body, cache) {
      if (sees) watchStream(status, headers, body, cache);
      head(status, headers, cache);
      // A live stream may have nothing to say for a while.
      response.flushHeaders();
      await pipeline(body, response);
    },
  };
}

const textOf = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value : null);
