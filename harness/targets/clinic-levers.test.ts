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
  },
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
  expect(await levers.deploy?.rolling()).toBe(true);
  expect(new Set(requests)).toEqual(new Set([`GET /state Bearer ${secret}`]));
});

test('pulls each lever with the right call', async () => {
  answering(() => new HttpResponse(null, { status: 204 }));
  await levers.cache?.flush();
  await levers.cache?.set('slow', 120);
  await levers.deploy?.restart();
  await levers.deploy?.roll('v2');
  await levers.signal?.('app/1', 'SIGSTOP');
  expect(requests).toEqual([
    `POST /cache/flush Bearer ${secret}`,
    `PUT /cache Bearer ${secret} {"mode":"slow","latencyMs":120}`,
    `POST /deploy/restart Bearer ${secret}`,
    `POST /deploy/roll Bearer ${secret} {"version":"v2"}`,
    `POST /nodes/app%2F1/signal Bearer ${secret} {"signal":"SIGSTOP"}`,
  ]);
});

test.each([
  [401, 'CROSSTALK_CLINIC_ADMIN_SECRET'],
  [404, 'same release'],
  [409, 'another roll is still in progress'],
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
