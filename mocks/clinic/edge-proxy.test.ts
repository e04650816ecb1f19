// The edge's ways with an answer, before an origin of this test's own: what is shared, what is kept, and what an aborted upload does.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seamsWith } from './bugs/index.ts';
import type { Balancer } from './edge-balancer.ts';
import { createProxy, type EdgeProxy } from './edge-proxy.ts';

let origin: Server;
let edge: Server;
let proxy: EdgeProxy;
let askedCount = 0;
let cutCount = 0;
let answer: (request: IncomingMessage, response: ServerResponse, number: number) => unknown;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function balancerTo(port: number): Balancer {
  const upstream = { node: 'app-1', port };
  return { offer() {}, pick: () => upstream, suspect() {}, onUnhealthy: () => () => {} };
}

async function start(...bugs: readonly string[]): Promise<void> {
  proxy = createProxy(balancerTo(portOf(origin)), seamsWith(bugs));
  edge = createServer(proxy.handle);
  await once(edge.listen(0, '127.0.0.1'), 'listening');
}

beforeEach(async () => {
  askedCount = 0;
  cutCount = 0;
  origin = createServer((asked, response) => {
    askedCount += 1;
    asked.on('error', () => {
      cutCount += 1;
    });
    answer(asked, response, askedCount);
  });
  await once(origin.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  for (const server of [edge, origin]) {
    server.closeAllConnections();
    server.close();
  }
});

async function ask(path: string, headers: Record<string, string> = {}) {
  const said = await fetch(`http://127.0.0.1:${portOf(edge)}${path}`, { headers });
  return { cache: said.headers.get('x-cache'), cookie: said.headers.get('set-cookie'), body: await said.text() };
}

test('requests for one public address share an answer under way, but never a session value', async () => {
  await start();
  answer = async (_asked, response, number) => {
    await pause(30);
    response.setHeader('cache-control', 'no-store').end(String(number));
  };
  expect((await Promise.all([ask('/slots'), ask('/slots'), ask('/slots')])).map(({ body }) => body)).toEqual([
    '1',
    '1',
    '1',
  ]);
  answer = async (_asked, response, number) => {
    await pause(30);
    response.setHeader('set-cookie', `sid=${number}`).end(String(number));
  };
  const cookies = (await Promise.all([ask('/slots'), ask('/slots'), ask('/slots')])).map(({ cookie }) => cookie);
  expect(new Set(cookies).size).toBe(3);
});

test('a public answer is kept for all, one that renews a session for nobody', async () => {
  await start();
  answer = (_asked, response, number) => {
    if (number === 1) response.setHeader('set-cookie', 'sid=1');
    response.setHeader('cache-control', 'public, max-age=60').end(String(number));
  };
  expect(await ask('/slots', { cookie: 'sid=0' })).toEqual({ cache: 'bypass', cookie: 'sid=1', body: '1' });
  expect(await ask('/slots', { cookie: 'sid=9' })).toEqual({ cache: 'miss', cookie: null, body: '2' });
  expect(await ask('/slots')).toEqual({ cache: 'hit', cookie: null, body: '2' });
  expect(await ask('/slots', { authorization: 'Bearer x' })).toEqual({ cache: 'bypass', cookie: null, body: '3' });
});

test('a reload and a purge are counted, the purged entries too; another configuration keeps what there is', async () => {
  await start();
  answer = (_asked, response, number) => response.setHeader('cache-control', 'public, max-age=60').end(String(number));
  await ask('/slots');
  proxy.reload('next');
  expect((await ask('/slots')).cache).toBe('hit');
  expect(proxy.report()).toEqual({
    config: 'next',
    reloadCount: 1,
    entryCount: 1,
    purgeCount: 0,
    purgedEntryCount: 0,
  });
  proxy.purge();
  expect((await ask('/slots')).cache).toBe('miss');
  expect(proxy.report()).toMatchObject({ entryCount: 1, purgeCount: 1, purgedEntryCount: 1 });
});

/** Sends half of an upload and goes away; then two ask for their own, one after the other. */
async function askAfterAbortedUpload(): Promise<readonly string[]> {
  answer = async (asked, response) => {
    await text(asked).catch(() => '');
    response.end(`answer to ${asked.url}`);
  };
  const upload = request({ port: portOf(edge), method: 'POST', path: '/upload', headers: { 'content-length': 1_000 } });
  upload.on('error', () => {});
  upload.write('x'.repeat(500));
  await once(origin, 'request');
  upload.destroy();
  await pause(50);
  return [(await ask('/first')).body, (await ask('/second')).body];
}

test('an aborted upload ends with its connection; with framing-desync its answer goes to the next', async () => {
  await start();
  expect(await askAfterAbortedUpload()).toEqual(['answer to /first', 'answer to /second']);
  expect(cutCount).toBe(1);
  edge.closeAllConnections();
  edge.close();
  await start('framing-desync');
  expect(await askAfterAbortedUpload()).toEqual(['answer to /upload', 'answer to /first']);
  expect(cutCount).toBe(1);
});
