// The levers say to the admin API exactly what they should, and turn each way in which it may misbehave into an error
// that says what to do and holds no secret.
import { delay, HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isConnectionRefused } from '../faults/bounded.ts';
import { clinicLevers } from './clinic-levers.ts';

const adminUrl = 'http://clinic.test:4000';
const secret = 'open-sesame';
const levers = clinicLevers({ adminUrl, secret, callMaxMs: 2_000 });
const server = setupServer();
const requests: string[] = [];

const state = {
  nodes: [{ node: 'app-1', version: 'v1', state: 'serving', bootId: 'b1', pid: 7 }],
  cache: {
    mode: 'slow',
    latencyMs: 120,
    entryCount: 3,
    flushCount: 1,
    flushedEntryCount: 2,
    delayedCount: 9,
    refusedCount: 0,
    unansweredCount: 0,
    evictedCount: 4,
    entryCountMax: 20,
    bootId: 'c1',
    cutConnectionCount: 5,
    promotedCount: 1,
    lostWriteCount: 6,
    swappedCount: 2,
  },
  database: {
    cutConnectionCount: 8,
    failoverCount: 1,
    lostRowCount: 7,
    failingOver: false,
    held: true,
    heldStatementCount: 3,
  },
  edge: { config: 'next', reloadCount: 1, entryCount: 2, purgeCount: 1, purgedEntryCount: 4 },
  mail: { mode: 'down', deliveredCount: 3, refusedCount: 2 },
  rolling: true,
  version: 'v1',
  bugs: [],
};

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  requests.length = 0;
});
afterAll(() => server.close());

/** Answers everything, and writes down what was asked. */
function answering(answer: () => Response | Promise<Response>): void {
  server.use(
    http.all(`${adminUrl}/*`, async ({ request }) => {
      const body = await request.text();
      const { pathname } = new URL(request.url);
      requests.push([request.method, pathname, request.headers.get('authorization'), body].join(' ').trim());
      return answer();
    }),
  );
}

test('reads the state', async () => {
  answering(() => HttpResponse.json(state));
  expect(await levers.nodes()).toEqual(state.nodes);
  expect(await levers.cache?.state()).toEqual(state.cache);
  expect(await levers.database?.state()).toEqual(state.database);
  expect(await levers.edge?.state()).toEqual(state.edge);
  expect(await levers.mail?.state()).toEqual(state.mail);
  expect(await levers.deploy?.rolling()).toBe(true);
  expect(new Set(requests)).toEqual(new Set([`GET /state Bearer ${secret}`]));
});

test('knows a deployment without proxies on its links from one with them', async () => {
  answering(() => HttpResponse.json(state));
  expect(await levers.missing?.()).toEqual(['links']);
  expect((await failure(levers.links?.state('cache'))).message).toContain('--topology real');
  const links = { cache: { mode: 'slow', passedBytes: 7 }, database: { mode: 'ok', passedBytes: 9 } };
  answering(() => HttpResponse.json({ ...state, links }));
  expect(await levers.missing?.()).toEqual([]);
  expect(await levers.links?.state('database')).toEqual(links.database);
});

test('pulls each lever with the right call', async () => {
  answering(() => new HttpResponse(null, { status: 204 }));
  await levers.cache?.flush();
  await levers.cache?.set('slow', 120);
  await levers.cache?.squeeze(40);
  await levers.cache?.squeeze(null);
  await levers.cache?.restart();
  await levers.cache?.cutConnections();
  await levers.cache?.promoteStale(900);
  await levers.database?.cutConnections();
  await levers.database?.failover(700);
  await levers.database?.hold(true);
  await levers.edge?.reload('next');
  await levers.edge?.purge();
  await levers.mail?.set('down');
  await levers.links?.set('database', 'half-open', 0);
  await levers.deploy?.restart();
  await levers.deploy?.roll('v2');
  await levers.deploy?.recreate?.('v1');
  await levers.signal?.('app/1', 'SIGSTOP');
  expect(requests).toEqual([
    `POST /cache/flush Bearer ${secret}`,
    `PUT /cache Bearer ${secret} {"mode":"slow","latencyMs":120}`,
    `POST /cache/squeeze Bearer ${secret} {"entryCountMax":40}`,
    `POST /cache/squeeze Bearer ${secret} {"entryCountMax":null}`,
    `POST /cache/restart Bearer ${secret}`,
    `POST /cache/cut Bearer ${secret}`,
    `POST /cache/promote Bearer ${secret} {"lagMs":900}`,
    `POST /database/cut Bearer ${secret}`,
    `POST /database/failover Bearer ${secret} {"lagMs":700}`,
    `PUT /database Bearer ${secret} {"held":true}`,
    `POST /edge/config Bearer ${secret} {"config":"next"}`,
    `POST /edge/purge Bearer ${secret}`,
    `PUT /mail Bearer ${secret} {"mode":"down"}`,
    `PUT /links/database Bearer ${secret} {"mode":"half-open","latencyMs":0}`,
    `POST /deploy/restart Bearer ${secret}`,
    `POST /deploy/roll Bearer ${secret} {"version":"v2"}`,
    `POST /deploy/recreate Bearer ${secret} {"version":"v1"}`,
    `POST /nodes/app%2F1/signal Bearer ${secret} {"signal":"SIGSTOP"}`,
  ]);
});

test.each([
  [401, 'CROSSTALK_CLINIC_ADMIN_SECRET'],
  [404, 'same release'],
  [409, 'is still in progress'],
  [500, 'may not have been pulled'],
])('status %i is an error that says what to do', async (status, advice) => {
  answering(() => HttpResponse.text('no', { status }));
  const error = await failure(levers.deploy?.roll('v2'));
  expect(error.message).toContain(`POST /deploy/roll at ${adminUrl} answered ${status} (no)`);
  expect(error.message).toContain(advice);
});

test.each([
  ['no JSON', () => HttpResponse.text('<html>')],
  ['another shape', () => HttpResponse.json({ ...state, nodes: 'two' })],
])('a state that is %s is an error', async (_what, answer) => {
  answering(answer);
  expect((await failure(levers.nodes())).message).toContain('a shape the harness does not know');
});

test('says how many pairs were exchanged', async () => {
  answering(() => HttpResponse.json({ swappedCount: 3 }));
  expect(await levers.cache?.swap?.()).toBe(3);
  expect(requests).toEqual([`POST /cache/swap Bearer ${secret}`]);
});

test('an answer without end is not read to its end', async () => {
  let chunks = 0;
  answering(
    () => new HttpResponse(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536).fill(++chunks)) })),
  );
  expect((await failure(levers.nodes())).message).toContain('more than 1048576 bytes');
  expect(chunks).toBeLessThan(64);
});

test('a redirect is not followed: it would carry the secret elsewhere', async () => {
  answering(() => HttpResponse.redirect('http://elsewhere.test/', 307));
  server.use(http.all('http://elsewhere.test/', () => new HttpResponse(null, { status: 204 })));
  await failure(levers.cache?.flush());
  expect(requests).toHaveLength(1);
});

test('no answer in time is an error that names the limit', async () => {
  answering(async () => {
    await delay('infinite');
    return new HttpResponse(null);
  });
  const error = await failure(clinicLevers({ adminUrl, secret, callMaxMs: 20 }).nodes());
  expect(error.message).toContain('no answer within 20 ms');
});

test('a refused connection can be told from the rest', async () => {
  server.use(http.all(`${adminUrl}/*`, () => HttpResponse.error()));
  expect(isConnectionRefused(await failure(levers.nodes()))).toBe(false);
  server.close();
  try {
    // Port 2 was set aside for a protocol that nobody runs any more.
    const nobody = clinicLevers({ adminUrl: 'http://127.0.0.1:2', secret });
    const error = await failure(nobody.nodes());
    expect(isConnectionRefused(error)).toBe(true);
    expect(error.message).toContain('ECONNREFUSED');
  } finally {
    server.listen({ onUnhandledRequest: 'error' });
  }
});

async function failure(promise: Promise<unknown> | undefined): Promise<Error> {
  const error = await Promise.resolve(promise).then(
    () => new Error('it did not fail'),
    (thrown: Error) => thrown,
  );
  expect(error.message).not.toBe('it did not fail');
  expect(error.message).not.toContain(secret);
  return error;
}
