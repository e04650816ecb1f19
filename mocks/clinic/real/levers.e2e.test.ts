// Every lever on real parts, under load: what it does is to be seen in the deployment's own counters, nothing foreign is ever shown, and
// everything mends.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, test as base, beforeAll, expect } from 'vitest';
import { type ClinicUnderTest, startClinic } from '../clinic-under-test.ts';
import { enrol, markShape, type TestPatient } from '../patient-under-test.ts';
import { leavesOut } from './lacking.ts';

let clinic: ClinicUnderTest;
let patients: readonly TestPatient[];
const leftOut = leavesOut();
const test = base.skipIf(leftOut);
beforeAll(async () => {
  if (leftOut) return;
  clinic = await startClinic('--topology', 'real');
  patients = await Promise.all(Array.from({ length: 6 }, () => enrol(clinic)));
});
afterAll(() => clinic?.stop());

interface RealState {
  readonly cache: Record<string, number | string | null>;
  readonly database: Record<string, number | boolean>;
  readonly edge: Record<string, number | string>;
  readonly links: Record<'cache' | 'database', { readonly mode: string; readonly passedBytes: number }>;
}
const state = async (): Promise<RealState> => (await clinic.state()) as unknown as RealState;

/** Looks every 20 ms until it is so. */
async function until(what: string, holds: (now: RealState) => boolean): Promise<RealState> {
  return (await clinic.until(what, (now) => holds(now as unknown as RealState))) as unknown as RealState;
}

async function pull(method: 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown> {
  const said = await clinic.admin(path, { method, body });
  expect([path, said.status, said.status < 300 ? '' : said.text]).toEqual([
    path,
    expect.toSatisfy((status) => status < 300),
    '',
  ]);
  return said.text === '' ? null : JSON.parse(said.text);
}

interface Seen {
  readonly foreign: string[];
  readonly statuses: Map<number, number>;
}

/** Everybody looks at this and that, some hanging up in mid-answer, while the work is done. */
async function underLoad(work: () => Promise<void>): Promise<Seen> {
  const seen: Seen = { foreign: [], statuses: new Map() };
  let stopped = false;
  const live = async (patient: TestPatient): Promise<void> => {
    for (let round = 1; !stopped && round < 100_000; round += 1) {
      const path = ['/me/history', '/me', '/me/rewatch', '/slots'][round % 4] ?? '';
      const signal = { signal: AbortSignal.timeout(round % 5 === 0 ? 1 + (round % 13) : 20_000) };
      const said = await patient.ask(path, signal).catch(() => undefined);
      if (said === undefined) continue;
      seen.statuses.set(said.status, (seen.statuses.get(said.status) ?? 0) + 1);
      for (const mark of said.text.match(markShape) ?? [])
        if (mark !== patient.mark) seen.foreign.push(`${path}: ${mark}`);
    }
  };
  const lives = Promise.all(patients.map(live));
  try {
    await work();
  } finally {
    stopped = true;
    await lives;
  }
  expect(seen.foreign).toEqual([]);
  expect(seen.statuses.get(200)).toBeGreaterThan(0);
  return seen;
}

const restLooksMax = 20;
const restMs = 800;

/** Until nothing has crossed the link for a while: what was on its way may still arrive. */
async function untilAtRest(link: 'cache' | 'database'): Promise<void> {
  let before = -1;
  for (let look = 0; look < restLooksMax; look += 1) {
    const { passedBytes } = (await state()).links[link];
    if (passedBytes === before) return;
    before = passedBytes;
    await pause(restMs);
  }
  throw new Error(`bytes go on crossing the ${link} link`);
}

/** Books again and again while it is done, so that there are writes to be lost. */
async function whileBooking<Result>(patient: TestPatient | undefined, work: Promise<Result>): Promise<Result> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  const booking = (async () => {
    while (!over) await patient?.book();
  })();
  return (await Promise.all([done, booking]))[0];
}

const number = (value: unknown): number => Number(value);

test('Redis is flushed, slow, down and paused, and counts it', async () => {
  const { statuses } = await underLoad(async () => {
    await until('the cache is warm', ({ cache }) => number(cache.entryCount) > 6);
    const before = await state();
    await pull('POST', '/cache/flush');
    for (const [mode, counter] of [
      ['slow', 'delayedCount'],
      ['down', 'refusedCount'],
      ['paused', 'unansweredCount'],
    ] as const) {
      await pull('PUT', '/cache', { mode, latencyMs: 80 });
      await until(`${counter} grows`, ({ cache }) => number(cache[counter]) > number(before.cache[counter]) + 5);
    }
    await pull('PUT', '/cache', { mode: 'ok' });
    await until('the cache is used again', ({ cache }) => number(cache.entryCount) > 6);
    const after = await state();
    expect(after.cache.flushCount).toBe(1);
    expect(after.cache.flushedEntryCount).toBeGreaterThan(6);
  });
  expect([...statuses.keys()]).toEqual([200]);
});

test('what was to be kept while Redis was down is not there afterwards', async () => {
  await underLoad(async () => {
    const { cache: before } = await until('the cache is warm', ({ cache }) => number(cache.entryCount) > 6);
    await pull('PUT', '/cache', { mode: 'down' });
    await pull('POST', '/cache/flush');
    await until('commands are refused', ({ cache }) => number(cache.refusedCount) > number(before.refusedCount) + 20);
    expect((await state()).cache.entryCount).toBe(0);
    await pull('PUT', '/cache', { mode: 'ok' });
    await until('the cache is used again', ({ cache }) => number(cache.entryCount) > 6);
  });
});

test('Redis is squeezed, restarted, cut off, and replaced by a stale replica', async () => {
  const { statuses } = await underLoad(async () => {
    await until('the cache is warm', ({ cache }) => number(cache.entryCount) > 6);
    await pull('POST', '/cache/squeeze', { entryCountMax: 4 });
    await until('entries are thrown out', ({ cache }) => number(cache.evictedCount) > 3 && cache.entryCountMax === 4);
    await pull('POST', '/cache/squeeze', { entryCountMax: null });
    const before = await until('the cache is warm', ({ cache }) => number(cache.entryCount) > 6);
    await pull('POST', '/cache/restart');
    expect((await state()).cache.bootId).not.toBe(before.cache.bootId);
    await until('the cache is warm', ({ cache }) => number(cache.entryCount) > 6);
    await pull('POST', '/cache/cut');
    expect((await state()).cache.cutConnectionCount).toBeGreaterThan(0);
    await pull('POST', '/cache/flush');
    await whileBooking(patients[0], pull('POST', '/cache/promote', { lagMs: 2_000 }));
    const after = await state();
    expect(after.cache.promotedCount).toBe(1);
    expect(after.cache.lostWriteCount).toBeGreaterThan(0);
    await until('the cache is warm', ({ cache }) => number(cache.entryCount) > 6);
    await pull('POST', '/cache/promote', { lagMs: 100 });
    await until('the cache is warm', ({ cache }) => number(cache.entryCount) > 6);
  });
  expect([...statuses.keys()]).toEqual([200]);
});

test('the links are slow, reset, down and half-open, and what crosses them is counted', async () => {
  for (const link of ['cache', 'database'] as const) {
    await underLoad(async () => {
      await pull('PUT', `/links/${link}`, { mode: 'slow', latencyMs: 50 });
      const slow = await state();
      expect(slow.links[link].mode).toBe('slow');
      await until('bytes cross it slowly', ({ links }) => links[link].passedBytes > slow.links[link].passedBytes + 500);
      for (const mode of ['reset', 'down', 'half-open']) {
        await pull('PUT', `/links/${link}`, { mode });
        await untilAtRest(link);
      }
      await pull('PUT', `/links/${link}`, { mode: 'ok' });
      const healed = await state();
      await until('bytes cross it', ({ links }) => links[link].passedBytes > healed.links[link].passedBytes + 2_000);
    });
  }
});

test('PostgreSQL is cut off and held', async () => {
  await underLoad(async () => {
    await pull('POST', '/database/cut');
    expect((await state()).database.cutConnectionCount).toBeGreaterThan(0);
    await pull('PUT', '/database', { held: true });
    await until('statements wait', ({ database }) => number(database.heldStatementCount) > 3);
    await pull('PUT', '/database', { held: false });
    await until('none waits', ({ database }) => database.held === false && database.heldStatementCount === 0);
  });
});

test('the edge takes its next configuration while it serves, goes back, and forgets what it stored', async () => {
  const { statuses } = await underLoad(async () => {
    await pull('POST', '/edge/config', { config: 'next' });
    expect((await state()).edge).toMatchObject({ config: 'next', reloadCount: 1 });
    await pull('POST', '/edge/config', { config: 'standard' });
    await clinic.ask('/slots');
    await until('something is stored', ({ edge }) => number(edge.entryCount) > 0);
    await pull('POST', '/edge/purge');
    expect((await state()).edge).toMatchObject({ config: 'standard', reloadCount: 2, purgeCount: 1 });
    expect((await state()).edge.purgedEntryCount).toBeGreaterThan(0);
  });
  expect([...statuses.keys()]).toEqual([200]);
});

test('instances are rolled, killed and frozen behind nginx', async () => {
  const hale = (now: { nodes: readonly { state: string }[] }): boolean =>
    now.nodes.every((one) => one.state === 'serving');
  const signal = (name: string): Promise<unknown> => pull('POST', '/nodes/app-2/signal', { signal: name });
  await underLoad(async () => {
    await pull('POST', '/deploy/roll', { version: 'v2' });
    await clinic.until('the roll ends', (now) => !now.rolling && hale(now));
    const { bootId } = (await clinic.state()).nodes[1] ?? {};
    await signal('SIGKILL');
    await clinic.until('it is back, anew', (now) => hale(now) && now.nodes[1]?.bootId !== bootId);
    await signal('SIGSTOP');
    await clinic.until('it is missed', (now) => !hale(now));
    await signal('SIGCONT');
    await clinic.until('it is back', hale);
  });
});

test('a standby takes over with writes lost: nobody stays signed in, and what was lost stays lost', async () => {
  const [first] = patients;
  await underLoad(async () => {
    await pull('POST', '/database/failover', { lagMs: 5_000 });
    expect((await clinic.admin('/database/failover', { method: 'POST', body: { lagMs: 1 } })).status).toBe(409);
    const lost = await first?.book('Written while nobody listened');
    expect(lost).toEqual(expect.any(String));
    await until('the failover ends', ({ database }) => database.failoverCount === 1 && database.failingOver === false);
    expect((await state()).database.lostRowCount).toBeGreaterThan(0);
    expect((await first?.ask('/me'))?.status).toBe(401);
  });
  const again = await enrol(clinic);
  expect(await again.history()).toHaveLength(1);
  await pull('POST', '/database/failover', { lagMs: 100 });
  await until('the second failover ends', ({ database }) => database.failoverCount === 2 && !database.failingOver);
  expect((await again.ask('/me')).status).toBe(401);
});
