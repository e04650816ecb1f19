// What a real server accepts and does later: where it is asked for, how often, and what is made of it.
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, type Reply, sessionUnderTest, type UnderTest } from '../logins/session-under-test.ts';
import { verdictOfWaiting, type Waiting, whenDone } from './accepted.ts';

let under: UnderTest | undefined;
afterEach(() => under?.close());

const request = { method: 'POST', url: '/exports/all', route: '/exports' } as const;
const waiting: Waiting = { route: '/jobs/{id}', resultRoute: '/files/{id}', everyMs: 20, withinMs: 2_000 };

async function wait(reply: (asked: Asked, count: number) => Reply, more: Partial<Waiting> = {}) {
  under = await sessionUnderTest(reply);
  const { session, client, asked } = under;
  const options = { ...waiting, ...more };
  const waited = await whenDone((each) => session.http.request(each), request, options);
  return {
    waited,
    result: verdictOfWaiting(waited, options),
    asked: asked.map(({ method, path }) => `${method} ${path}`),
    routes: client.take().exchanges.map(({ route }) => route),
  };
}

describe('what is accepted', () => {
  it('is asked for until it is there', async () => {
    const { waited, result, asked, routes } = await wait((_, count) => {
      if (count === 1) return { status: 202, headers: { location: '/jobs/7' } };
      return count < 4 ? { status: 202 } : { body: 'done' };
    });
    expect(waited.response.text).toBe('done');
    expect(result).toEqual({ outcome: 'ok' });
    expect(asked).toEqual(['POST /exports/all', 'GET /jobs/7', 'GET /jobs/7', 'GET /jobs/7']);
    expect(new Set(routes.slice(1))).toEqual(new Set(['/jobs/{id}']));
  });

  it.each([
    ['operation-location', 'job', 'GET /exports/job'],
    ['content-location', '../jobs/8?x=1', 'GET /jobs/8'],
  ])('is asked for where %s says, from where it was said', async (header, said, expected) => {
    const { asked } = await wait((_, count) => (count === 1 ? { status: 202, headers: { [header]: said } } : {}));
    expect(asked[1]).toBe(expected);
  });

  it('may be elsewhere when it is ready, and is fetched from there', async () => {
    const { waited, asked, routes } = await wait(({ path }) => {
      if (path === '/files/9') return { body: 'the file' };
      return path === '/jobs/9'
        ? { status: 303, headers: { location: '/files/9' } }
        : { status: 202, headers: { location: '/jobs/9' } };
    });
    expect(waited.response.text).toBe('the file');
    expect(asked.at(-1)).toBe('GET /files/9');
    expect(routes.at(-1)).toBe('/files/{id}');
  });

  it('may say in a body of 200 that it is not ready yet', async () => {
    const isDone: Waiting['isDone'] = (status) => (status.json() as { state: string }).state === 'ready';
    const { asked } = await wait(
      (_, count) =>
        count === 1
          ? { status: 202, headers: { location: '/jobs/1' } }
          : { body: { state: count < 4 ? 'working' : 'ready' } },
      { isDone },
    );
    expect(asked).toHaveLength(4);
  });

  it('that is never done is a failure with its bound, not a success by status', async () => {
    const never = () => ({ status: 202, headers: { location: '/jobs/1' } });
    const { waited, result } = await wait(never, { withinMs: 120 });
    expect(waited.isDone).toBe(false);
    expect(result).toEqual({ outcome: 'failed', detail: 'what was accepted (202) was not done within 120 ms' });
  });

  it('is not asked for more often than the target says, be it never within the bound', async () => {
    const { asked, waited } = await wait(() => ({
      status: 202,
      headers: { location: '/jobs/1', 'retry-after': '60' },
    }));
    expect(asked).toHaveLength(1);
    expect(waited.isDone).toBe(false);
  });

  it('but names no place is an error of the contract, and what was not accepted is its own answer', async () => {
    await expect(wait(() => ({ status: 202 }))).rejects.toThrow('POST /exports answered 202 and named no place to ask');
    await under?.close();
    expect((await wait(() => ({ status: 403 }))).result).toEqual({ outcome: 'refused', detail: '403' });
  });
});
