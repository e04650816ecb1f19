// A shared cache before a product, for tests: keeps what it is told to keep, whatever the answer says of it, under its path without
// the query, and gives `Set-Cookie` out with the rest. So are caches set up that take a callback for a page. Any other path passes.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEdgeCache } from '../clinic/edge-cache.ts';

export interface SharedCache {
  readonly origin: string;
  close(): Promise<void>;
}

const lifetimeMs = 60_000;

export async function startSharedCache(upstream: () => string, keeps: (path: string) => boolean): Promise<SharedCache> {
  const kept = createEdgeCache(Date.now);

  function answer(asked: IncomingMessage, response: ServerResponse): void {
    const path = (asked.url ?? '/').split('?', 1)[0] ?? '/';
    const isKept = asked.method === 'GET' && keeps(path);
    const found = isKept ? kept.find(path, asked.headers) : undefined;
    if (found) {
      response.writeHead(found.answer.status, { ...found.answer.headers, age: String(found.ageSeconds) });
      response.end(found.answer.body);
      return;
    }
    const { method = 'GET', headers } = asked;
    const onward = send(new URL(asked.url ?? '/', upstream()), { method, headers }, async (received) => {
      const chunks: Buffer[] = [];
      for await (const chunk of received) chunks.push(chunk as Buffer);
      const { 'transfer-encoding': _, connection: __, ...passed } = received.headers;
      const whole = {
        status: received.statusCode ?? 502,
        headers: passed as Record<string, string | string[]>,
        body: Buffer.concat(chunks),
      };
      if (isKept && whole.status < 400)
        kept.store(path, asked.headers, whole, { lifetimeMs, vary: [], keepsCookie: true });
      response.writeHead(whole.status, whole.headers).end(whole.body);
    });
    onward.once('error', () => response.writeHead(502).end());
    asked.pipe(onward);
  }

  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
