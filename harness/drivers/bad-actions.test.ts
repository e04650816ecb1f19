// Actions that throw, hang, or return what they must not: each an outcome that names the function, none the end of a session or
// of the run.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine } from '../history.ts';
import { lineSchema } from '../history.ts';
import { target as practice } from '../practice-scenario.ts';
import type { ActionFunctions, HttpRequest, SessionContext } from '../targets/target.ts';
import { openBoard } from './board.ts';
import { actionTimeoutMs, type Client } from './client.ts';
import { performSession } from './perform.ts';

const ok = async () => ({ outcome: 'ok' }) as const;
const token = 'a-bearer-token-of-24-letters';

interface Played {
  readonly lines: readonly HistoryLine[];
  readonly asked: readonly HttpRequest[];
}

/** Signs in, acts three times, signs out. */
async function play(watch: unknown, bodyBytes = 0): Promise<Played> {
  const asked: HttpRequest[] = [];
  const lines: HistoryLine[] = [];
  const client: Client = {
    http: {
      async request(request) {
        asked.push(request);
        return { status: 200, header: () => undefined, text: '', json: () => ({ next: '/more' }) };
      },
    },
    payAhead: () => {},
    begin: () => {},
    hangUpAfter: () => {},
    freezeCookies: () => {},
    take: () => ({ exchanges: [], sessionValues: [] }),
    origin: 'http://127.0.0.1:1',
    issued: () => {},
    spentBytes: () => bodyBytes * asked.length,
    beside: () => client,
    close: async () => {},
  };
  const signIn: ActionFunctions['sign-in'] = async ({ http, memory }) => {
    memory.set('token', token);
    await http.request({ method: 'GET', url: '/', route: '/', headers: { authorization: `Bearer ${token}` } });
    return { outcome: 'ok' };
  };
  const actions = { 'sign-in': signIn, 'who-am-i': watch, 'sign-out': ok } as ActionFunctions;
  const source = { path: import.meta.filename, places: { 'who-am-i': 'my-adapter.ts:41' } };
  await performSession(
    {
      id: 's1',
      lane: 0,
      scenario: 'test',
      patient: patientIndex(0),
      startMs: 0,
      endMs: 600_000,
      steps: (['sign-in', 'who-am-i', 'who-am-i', 'sign-out'] as const).map((kind) => ({
        atMs: 0,
        action: { kind } as never,
      })),
    },
    {
      run: 1,
      seed: 's',
      target: { ...practice, actions, source },
      loadStartedAt: Date.now(),
      accountOf: () => ({ email: 'a@b.example', password: 'correct-horse' }),
      clinicianAccountOf: () => ({}),
      recording: async () => new Uint8Array(),
      openClient: () => client,
      emit: (line) => void lines.push(line),
      now: () => Date.now(),
      meet: async () => false,
      board: openBoard(1),
      stopped: () => false,
    },
  );
  return { lines, asked };
}

const outcomes = ({ lines }: Played): string[] =>
  lines.flatMap((line) => (line.t === 'operation' ? [`${line.action} ${line.outcome}`] : []));
const detail = ({ lines }: Played): string =>
  lines.flatMap((line) => (line.t === 'operation' && line.action === 'who-am-i' ? [line.detail ?? ''] : []))[0] ?? '';
const skipped = ({ lines }: Played): string[] => lines.flatMap((line) => (line.t === 'skipped' ? [line.why] : []));

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('do not touch');
    },
    getPrototypeOf() {
      throw new Error('do not ask');
    },
  },
);
const throws = (value: unknown) => () => {
  throw value;
};
const returns = (value: unknown) => async () => value;
const leaves = (playable: unknown) => async (session: SessionContext) => {
  Object.assign(session, { playable });
  return { outcome: 'ok' };
};
const asks = (request: unknown) => async (session: SessionContext) => {
  await session.http.request(request as HttpRequest);
  return { outcome: 'ok' };
};

describe('an action', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each<[string, unknown, RegExp]>([
    ['throws', throws(new Error('no such field')), /^who-am-i \(bad-actions\.test\.ts:\d+\): no such field$/],
    [
      'rejects',
      () => Promise.reject(new RangeError('far')),
      /^who-am-i \(bad-actions\.test\.ts:\d+\): RangeError: far$/,
    ],
    [
      'throws a text',
      throws('nothing here'),
      /^who-am-i \(my-adapter\.ts:41\): threw the text "nothing here", which is no/,
    ],
    ['throws nothing', throws(undefined), /^who-am-i \(my-adapter\.ts:41\): threw undefined, which is no Error/],
    ['throws a Response', throws(new Response('Jane Doe')), /: threw a Response \{ {2}\}/],
    ['throws what throws when it is looked at', throws(hostile), /^who-am-i \(my-adapter\.ts:41\): threw something/],
    [
      'throws an error that throws',
      throws(Object.defineProperty(new Error('x'), 'message', { get: throws(1) })),
      /threw something/,
    ],
    ['returns nothing', returns(undefined), /TypeError: the action must return .*; it returned undefined$/],
    ['returns a Response', returns(new Response('Jane Doe')), /it returned a Response/],
    ['returns a list', returns(['Jane Doe']), /it returned a list of 1/],
    ['returns what throws when it is looked at', returns(hostile), /do not touch/],
    ['returns another outcome', returns({ outcome: 'OK' }), /must return \{ outcome: 'ok' \| 'refused' \| 'failed'/],
    [
      'returns huge ids',
      returns({ outcome: 'ok', listedIds: ['x'.repeat(9_999)] }),
      /listedIds with 9999 letters; an id has at most 2048/,
    ],
    ['returns ids that are numbers', returns({ outcome: 'ok', listedIds: [1] }), /listedIds of number/],
    [
      'returns a detail that is none',
      returns({ outcome: 'ok', detail: { toString: 1 } }),
      /a detail of \{ toString \}/,
    ],
    [
      'returns many tokens',
      returns({ outcome: 'ok', sessionValues: Array.from({ length: 1e4 }, String) }),
      /10000 sessionValues/,
    ],
    ['leaves links that are none', leaves([undefined, 4]), /session\.playable to a list of undefined, number/],
    ['leaves no links at all', leaves(null), /session\.playable to null/],
    ['asks for nothing', asks(undefined), /request\(\) was given the method undefined/],
    ['asks without a route', asks({ method: 'GET', url: '/me' }), /request\(\) was given no route/],
    ['asks for no address', asks({ method: 'GET', url: null, route: '/' }), /request\(\) was given object as url/],
  ])('%s', async (_, action, message) => {
    const played = await play(action);
    expect(outcomes(played)).toEqual(['sign-in ok', 'who-am-i adapter-error', 'who-am-i adapter-error', 'sign-out ok']);
    expect(detail(played)).toMatch(message);
    expect(detail(played)).not.toMatch(/Jane|\n/);
    for (const line of played.lines) expect(lineSchema.parse(JSON.parse(JSON.stringify(line)))).toEqual(line);
  });

  it.each<[string, (session: SessionContext) => unknown]>([
    ['hangs', () => new Promise(() => {})],
    [
      'hangs after a request',
      async ({ http }) => {
        await http.request({ method: 'GET', url: '/', route: '/' });
        await new Promise(() => {});
      },
    ],
  ])('%s: given up after its time, and the session with it', async (_, action) => {
    vi.useFakeTimers();
    const playing = play(action);
    await vi.advanceTimersByTimeAsync(actionTimeoutMs + 1);
    const played = await playing;
    expect(outcomes(played)).toEqual(['sign-in ok', 'who-am-i timeout']);
    expect(detail(played)).toMatch(
      /^who-am-i \(my-adapter\.ts:41\): it had not come back after 20000 ms, after (0 requests|1 request)$/,
    );
    expect(skipped(played)).toEqual(['who-am-i (my-adapter.ts:41) never came back']);
  });

  it('that goes on in the background once it was given up is answered no more', async () => {
    vi.useFakeTimers();
    const playing = play(async ({ http }: SessionContext) => {
      await new Promise((resolve) => setTimeout(resolve, actionTimeoutMs + 5_000));
      for (;;) await http.request({ method: 'GET', url: '/late', route: '/late' }).catch(() => {});
    });
    await vi.advanceTimersByTimeAsync(actionTimeoutMs + 10_000);
    const { asked } = await playing;
    expect(asked.map(({ url }) => url)).toEqual(['/']);
  });

  const paging = async ({ http }: SessionContext) => {
    for (let url = '/first'; ; ) {
      const response = await http.request({ method: 'GET', url, route: '/{page}' });
      url = (response.json() as { next: string }).next;
    }
  };

  it('follows pages without an end: stopped, with the line that asked', async () => {
    const played = await play(paging);
    expect(detail(played)).toMatch(
      /^who-am-i \(bad-actions\.test\.ts:\d+\): made 300 requests in one call and wanted more, the last to GET \/\{page\}: it was stopped/,
    );
    expect(skipped(played)).toEqual(['who-am-i (my-adapter.ts:41) took more than it may']);
    expect(played.asked).toHaveLength(301);
  });

  it('swallows every error while it does: stopped all the same', async () => {
    const played = await play(async ({ http }: SessionContext) => {
      for (;;) await http.request({ method: 'GET', url: '/x', route: '/x' }).catch(() => null);
    });
    expect(played.asked).toHaveLength(301);
    expect(outcomes(played)).toEqual(['sign-in ok', 'who-am-i adapter-error']);
  });

  it('asks for everything at once: no more is sent than it may', async () => {
    const played = await play(async ({ http }: SessionContext) => {
      await Promise.all(Array.from({ length: 5_000 }, () => http.request({ method: 'GET', url: '/x', route: '/x' })));
    });
    expect(played.asked).toHaveLength(301);
  });

  it('takes in more bytes than one action may', async () => {
    const played = await play(paging, 600_000_000);
    expect(detail(played)).toMatch(/received 1200000000 bytes in 1 request of one call and wanted more/);
  });

  it.each<[string, (session: SessionContext) => unknown]>([
    ['its password', ({ account }) => Promise.reject(new Error(`bad: ${JSON.stringify(account)}`))],
    ['its token', ({ memory }) => Promise.reject(new Error(`401 for ${memory.get('token')}`))],
    ['a token that it was given before', () => Promise.reject(new Error(`401 for ${encodeURIComponent(token)}`))],
    [
      'it many times over',
      ({ account, memory }) =>
        Promise.reject(new Error([...Array(14).fill(memory.get('token')), account.password].join(' '))),
    ],
    ['it in a detail', async ({ account }) => ({ outcome: 'failed', detail: `no ${account.password}` })],
  ])('tells %s in an error: it is taken out', async (_, action) => {
    const played = await play(action);
    expect(JSON.stringify(played.lines)).not.toMatch(/correct-horse|a-bearer-token/);
    expect(detail(played)).toContain('[secret]');
  });

  it('gives an address as the route: what may be a secret in it is left out', async () => {
    const url = '/files/9f8e7d6c5b4a39281706/clip.webm?sig=abcdef';
    const { asked } = await play(asks({ method: 'GET', url, route: url }));
    expect(asked.at(-1)).toMatchObject({ url, route: '/files/{id}/clip.webm' });
  });
});
