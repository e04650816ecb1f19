// The clinic's spans, before a collector of this test's own, and the edge's way with a trace that it is part of.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { seamsWith } from './bugs/index.ts';
import { createProxy } from './edge-proxy.ts';
import { openTracing } from './tracing.ts';

const traceId = 'a'.repeat(32);
const parent = 'b'.repeat(16);
const traceparent = `00-${traceId}-${parent}-01`;

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function collector(): Promise<{ url: string; posts: { headers: IncomingHttpHeaders; body: string }[] }> {
  const posts: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    posts.push({ headers: request.headers, body: await text(request) });
    response.end('{}');
  });
  return { url: await listening(server), posts };
}

const spansIn = (body: string) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans;

test('a request that is part of a trace is a child of who asked, and told of once', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-key=open%20sesame, broken,y=%');
  const { url, posts } = await collector();
  const tracing = openTracing('clinic-app', { 'service.version': 'v1' }, url);
  const span = tracing.open(traceparent);
  expect(span?.traceparent).toBe(`00-${traceId}-${span?.spanId}-01`);
  span?.end('GET /me', 200, { 'clinic.patient.number': 7, none: undefined });
  span?.end('GET /me', 500, {});
  await tracing.flush();
  expect(posts.map(({ headers }) => [headers['x-key'], headers.y])).toEqual([['open sesame', '%']]);
  expect(spansIn(posts[0]?.body ?? '')).toMatchObject([
    {
      traceId,
      spanId: span?.spanId,
      parentSpanId: parent,
      kind: 2,
      attributes: [
        { key: 'http.response.status_code', value: { intValue: '200' } },
        { key: 'clinic.patient.number', value: { intValue: '7' } },
      ],
      status: {},
    },
  ]);
});

test.each([
  undefined,
  '',
  'x',
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${traceId}-${parent}-01, 00-${traceId}-${parent}-01`,
])('%j is no trace', (header) => {
  expect(openTracing('clinic-app', {}, null).open(header)).toBeUndefined();
});

test('a collector that is away holds up nobody, and what waits for it is bounded', async () => {
  const tracing = openTracing('clinic-app', {}, 'http://127.0.0.1:1');
  for (let number = 0; number < 10_000; number += 1) tracing.open(traceparent)?.end('GET /', 200, {});
  await tracing.flush();
});

test('the edge hands its own span on as the parent, tells which ids went out, and who left without an answer', async () => {
  const { url, posts } = await collector();
  const id = '6f0c1d9e-4a52-4b6e-9d0e-1f6a3a1b2c3d';
  const seen: (string | string[] | undefined)[] = [];
  const origin = createServer((request, response) => {
    seen.push(request.headers.traceparent);
    if (request.url !== '/silent') response.end(JSON.stringify({ id }));
  });
  const upstream = { node: 'app-1', port: Number(new URL(await listening(origin)).port) };
  const balancer = { offer() {}, pick: () => upstream, suspect() {}, onUnhealthy: () => () => {} };
  const tracing = openTracing('clinic-edge', {}, url);
  const edge = await listening(createServer(createProxy(balancer, seamsWith([]), undefined, tracing).handle));
  await (await fetch(`${edge}/me/history`, { headers: { traceparent } })).text();
  await (await fetch(`${edge}/me/history`)).text();
  const signal = AbortSignal.timeout(100);
  await expect(fetch(`${edge}/silent`, { headers: { traceparent }, signal })).rejects.toThrow();
  const told = () => posts.flatMap(({ body }) => spansIn(body));
  await expect.poll(told, { timeout: 5_000 }).toHaveLength(2);
  const [answered, left] = told();
  expect(answered).toMatchObject({ name: 'GET /me/history', traceId, parentSpanId: parent });
  expect(answered.attributes).toContainEqual({
    key: 'clinic.ids',
    value: { arrayValue: { values: [{ stringValue: id }] } },
  });
  expect(left.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: '499' } });
  expect(seen).toEqual([`00-${traceId}-${answered.spanId}-01`, undefined, `00-${traceId}-${left.spanId}-01`]);
});
