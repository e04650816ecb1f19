// What a client frames in chunks reaches the app framed, whatever the method: never as bytes that the app would take for a request.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { createProxy } from './edge-proxy.ts';
import { correctSeams } from './seams.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test.each(['GET', 'DELETE', 'OPTIONS', 'POST'])('a %s with a body in chunks is one request', async (method) => {
  const asked: string[] = [];
  const origin = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url} ${await text(request)}`);
    response.end('answer');
  });
  servers.push(origin);
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  const upstream = { node: 'app-1', port: (origin.address() as AddressInfo).port };
  const balancer = { offer() {}, pick: () => upstream, suspect() {}, onUnhealthy: () => () => {} };
  const edge = createServer(createProxy(balancer, correctSeams).handle);
  servers.push(edge);
  await once(edge.listen(0, '127.0.0.1'), 'listening');
  const hidden = 'GET /smuggled HTTP/1.1\r\nhost: clinic\r\n\r\n';
  const client = connect((edge.address() as AddressInfo).port, '127.0.0.1');
  client.write(
    `${method} /me HTTP/1.1\r\nhost: clinic\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
  );
  expect(await text(client)).toMatch(/^HTTP\/1.1 200/);
  expect(asked).toEqual([`${method} /me ${hidden}`]);
});
