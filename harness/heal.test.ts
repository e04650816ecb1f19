// What a dead run left open is healed once, by whoever comes next; a living run's faults, a deployment that is gone and a
// journal that can't be read are each told apart.
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeDeployment, fakeDeployment } from './faults/fake-levers.ts';
import { healLeftovers } from './heal.ts';
import { journalFileName, openJournal } from './journal.ts';
import type { Levers } from './targets/levers.ts';

const limits = { planMaxMs: 500, injectMaxMs: 500, lookMaxMs: 500, healMaxMs: 500, refusedMaxMs: 0, pollMs: 0 };
const reference = { name: 'clinic', adminUrl: 'http://127.0.0.1:4000/' };
/** Above the largest process number of any Linux. */
const deadPid = 4_194_305;
let runs = '';

beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'crosstalk-runs-'));
});
afterEach(() => rm(runs, { recursive: true, force: true }));

interface Leftover {
  readonly id: string;
  readonly kind: string;
  readonly memory: unknown;
  readonly pid?: number;
}

async function leave(run: string, ...leftovers: readonly Leftover[]): Promise<void> {
  await mkdir(join(runs, run), { recursive: true });
  for (const { id, kind, memory, pid = deadPid } of leftovers) {
    const harness = { pid, started: null };
    const line = { v: 1, state: 'opening', id, kind, at: 1, levers: reference, harness, memory };
    await appendFile(join(runs, run, journalFileName), `${JSON.stringify(line)}\n`);
  }
}

const slow: Leftover = { id: 'f1', kind: 'cache-slow', memory: { hurtCount: 0 } };
const freeze: Leftover = {
  id: 'f2',
  kind: 'instance-freeze',
  memory: { node: 'app-1', bootId: 'boot-1', pid: deadPid, started: 'boot/1', servingCount: 2 },
};

const healWith = (levers: Levers | null) => healLeftovers(runs, () => levers, { limits });

function broken(): FakeDeployment {
  const fake = fakeDeployment();
  fake.cache = { ...fake.cache, mode: 'slow', latencyMs: 120 };
  fake.nodes = fake.nodes.map((node) => (node.node === 'app-1' ? { ...node, state: 'down' } : node));
  return fake;
}

const refusing: Levers = {
  nodes: async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    throw new Error('GET /state failed', { cause: new Error('fetch failed', { cause: refused }) });
  },
};

test('no runs, or runs without faults: nothing to do', async () => {
  await mkdir(join(runs, 'r1'));
  expect(await healWith(refusing)).toEqual([]);
  expect(await healLeftovers(join(runs, 'nowhere'), () => refusing)).toEqual([]);
});

test('heals what a dead run left, the newest first, and only once', async () => {
  await leave('r1', slow, freeze);
  const fake = broken();
  expect(await healWith(fake.levers)).toEqual([
    { run: 'r1', id: 'f2', kind: 'instance-freeze', outcome: 'healed', detail: expect.any(String) },
    { run: 'r1', id: 'f1', kind: 'cache-slow', outcome: 'healed', detail: expect.any(String) },
  ]);
  expect(fake.cache.mode).toBe('ok');
  expect(fake.nodes.every((node) => node.state === 'serving')).toBe(true);
  expect(new Set(fake.calls)).toEqual(new Set(['signal app-1 SIGCONT', 'set ok']));
  expect(await healWith(fake.levers)).toEqual([]);
});

test("leaves a living run's faults to it", async () => {
  await leave('r1', { ...slow, pid: process.pid });
  const fake = broken();
  expect(await healWith(fake.levers)).toMatchObject([{ outcome: 'running' }]);
  expect(fake.calls).toEqual([]);
});

test.runIf(process.platform === 'linux')('a later process with the same number is not the run', async () => {
  await mkdir(join(runs, 'r1'));
  const journal = await openJournal(join(runs, 'r1'), reference);
  await journal.opening(slow);
  await journal.close();
  expect(await healWith(broken().levers)).toMatchObject([{ outcome: 'running' }]);

  await leave('r2');
  const harness = { pid: process.pid, started: 'an earlier boot/1' };
  const line = { v: 1, state: 'opening', ...slow, at: 1, levers: reference, harness };
  await appendFile(join(runs, 'r2', journalFileName), `${JSON.stringify(line)}\n`);
  expect(await healWith(broken().levers)).toMatchObject([
    { run: 'r1', outcome: 'running' },
    { run: 'r2', outcome: 'healed' },
  ]);
});

test('a deployment that is gone is said to be, and its faults are closed', async () => {
  await leave('r1', slow, freeze);
  expect(await healWith(null)).toMatchObject([
    { id: 'f2', outcome: 'gone', detail: expect.stringContaining('is gone or runs') },
    { id: 'f1', outcome: 'gone' },
  ]);
  expect(await healWith(null)).toEqual([]);
});

test('a frozen process that nobody can tell apart is left, said, and kept open', async () => {
  await leave('r1', { ...freeze, memory: { ...(freeze.memory as object), started: null } });
  const expected = [{ outcome: 'failed', detail: expect.stringContaining(`process ${deadPid} may still be stopped`) }];
  expect(await healWith(null)).toMatchObject(expected);
  expect(await healWith(null)).toMatchObject(expected);
});

test('a deployment that refuses connections for now keeps its faults open', async () => {
  await leave('r1', slow);
  expect(await healWith(refusing)).toMatchObject([
    { id: 'f1', outcome: 'failed', detail: expect.stringContaining('start it and heal again') },
  ]);
  expect(await healWith(broken().levers)).toMatchObject([{ id: 'f1', outcome: 'healed' }]);
});

test('what can not be healed, or read, stands in the report and keeps nothing else from being healed', async () => {
  await leave('r1', { ...freeze, id: 'f0' }, { ...slow, kind: 'cache-fire' });
  await leave('r2', slow);
  await leave('r3');
  await appendFile(join(runs, 'r3', journalFileName), 'garbage\n');
  await leave('r4', freeze);
  const fake = broken();
  fake.beforeCall = (call) => call !== 'set ok';
  expect(await healWith(fake.levers)).toMatchObject([
    { run: 'r1', outcome: 'failed', detail: expect.stringContaining('no fault "cache-fire"') },
    { run: 'r1', id: 'f0', outcome: 'healed' },
    { run: 'r2', outcome: 'failed', detail: expect.stringContaining('could not be healed') },
    { run: 'r3', id: '', outcome: 'failed', detail: expect.stringContaining(':1 is damaged') },
    { run: 'r4', outcome: 'healed' },
  ]);
});
