import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OriginRequest } from '../edge-transport.ts';
import { readAnswer } from './framing-desync-answer.ts';
import { createConnections } from './framing-desync-client.ts';

let server: Server;
let connectionCount = 0;
const port = (): number => (server.address() as AddressInfo).port;

beforeEach(async () => {
  connectionCount = 0;
  server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.url === '/nothing') response.writeHead(204).end();
    else if (request.url === '/pieces') {
      for (const piece of ['one ', 'two ', 'three']) response.write(piece);
      response.end();
    } else response.end(`${request.method} ${request.url} ${body.length}`);
  });
  server.on('connection', () => {
    connectionCount += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const of = (url: string, body?: PassThrough): OriginRequest => ({
  method: body === undefined ? 'GET' : 'POST',
  url,
  headers: { host: 'clinic.test', ...(body && { 'content-length': '99' }) },
  body: body as unknown as IncomingMessage | undefined,
});

test('in order, one connection serves one exchange after another, whatever the framing', async () => {
  const take = createConnections();
  const said: string[] = [];
  for (const url of ['/a', '/pieces', '/nothing', '/b']) said.push(await text(await take(port()).ask(of(url))));
  const body = new PassThrough();
  body.end('x'.repeat(200_000));
  said.push(await text(await take(port()).ask(of('/upload', body))));
  expect(said).toEqual(['GET /a 0', 'one two three', '', 'GET /b 0', 'POST /upload 200000']);
  expect(connectionCount).toBe(1);
});

test('an upload that is ended early leaves its answer to the next, whose own goes to the one after', async () => {
  const take = createConnections();
  const body = new PassThrough();
  const upload = take(port());
  const gone = upload.ask(of('/upload', body)).catch((error: Error) => error.message);
  body.write('half of i');
  await once(server, 'request');
  upload.endEarly();
  expect(await gone).toBe('the client has gone');
  const ask = async (url: string) => text(await take(port()).ask(of(url)));
  expect([await ask('/a'), await ask('/b'), await ask('/c')]).toEqual(['POST /upload 9', 'GET /a 0', 'GET /b 0']);
  expect(connectionCount).toBe(1);
});

test('a connection that was destroyed serves nobody else', async () => {
  const take = createConnections();
  await text(await take(port()).ask(of('/first')));
  const first = take(port());
  const answer = first.ask(of('/a')).catch((error: Error) => error.message);
  first.destroy(new Error('no more'));
  expect(await answer).toBe('no more');
  expect(await text(await take(port()).ask(of('/b')))).toBe('GET /b 0');
  expect(connectionCount).toBe(2);
});

test('an answer is read the same however its bytes are cut, and what follows it is left', async () => {
  const bytes = Buffer.from(
    'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nHTTP/1.1 204',
  );
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const reader = readAnswer('GET');
    const rest = reader.take(bytes.subarray(0, cut));
    const left = reader.take(Buffer.concat([rest, bytes.subarray(cut)]));
    const answer = reader.answer();
    expect([answer?.statusCode, answer?.headers['set-cookie'], reader.whole(), left.toString()]).toEqual([
      200,
      ['a=1', 'b=2'],
      true,
      'HTTP/1.1 204',
    ]);
    expect(answer && (await text(answer))).toBe('abcde');
  }
  expect(() => readAnswer('GET').take(Buffer.from('nonsense\r\n\r\n'))).toThrow('no answer');
});
