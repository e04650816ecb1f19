// For tests: a collector on the loopback that keeps every span it is sent, in either of OTLP's encodings over HTTP.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ReceivedSpan, spansOfJson, spansOfProtobuf } from './wire-under-test.ts';

export interface Collector {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Of each request, in order. */
  readonly requests: readonly {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly spanCount: number;
  }[];
  close(): Promise<void>;
}

/** `answer`: the status of each request by its number, from 1; null: none ever comes. */
export async function startCollector(answer: (request: number) => number | null = () => 200): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const requests: { path: string; headers: IncomingHttpHeaders; spanCount: number }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const isJson = request.headers['content-type']?.startsWith('application/json') === true;
    const got = isJson ? spansOfJson(body.toString()) : spansOfProtobuf(body);
    requests.push({ path: request.url ?? '', headers: request.headers, spanCount: got.length });
    const status = answer(requests.length);
    if (status === 200) spans.push(...got);
    if (status !== null)
      response
        .writeHead(status, { 'content-type': 'text/plain' })
        .end(status === 200 ? '' : JSON.stringify(request.headers));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
