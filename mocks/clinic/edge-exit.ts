// Where answers leave the edge, whatever way they came: with its own headers, without those that are for the edge alone, and, where an
// access log is kept, seen by its witness before their last byte is out.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AccessLog } from './access-log.ts';
import { createWitness } from './access-witness.ts';
import { servedHeader, splitTarget } from './http.ts';

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
): Exit {
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
        log?.write({
          kind: 'answer',
          requestId,
          at: new Date().toISOString(),
          method: request.method ?? 'GET',
          path: splitTarget(request.url ?? '/').path,
          status,
          cache,
          node: textOf(headers['x-clinic-node']),
          served: textOf(headers[servedHeader]),
          whole,
          ...witness.account(),
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
      if (log !== undefined) {
        const seen = watch(status, headers, cache);
        seen.see(body);
        seen.write(true);
      }
      head(status, { ...headers, 'content-length': String(body.length) }, cache);
      response.end(body);
    },
    async stream(status, headers, body, cache) {
      if (log !== undefined) watchStream(status, headers, body, cache);
      head(status, headers, cache);
      // A live stream may have nothing to say for a while.
      response.flushHeaders();
      await pipeline(body, response);
    },
  };
}

const textOf = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value : null);
