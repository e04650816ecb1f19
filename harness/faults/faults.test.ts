// Every fault against a deployment in memory: it bites, is proved and heals; where its lever does nothing, it is not
// proved and heals all the same; and what the journal keeps of it is enough to heal it elsewhere.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { type FakeDeployment, fakeDeployment } from './fake-levers.ts';
import type { Evidence, Fault, Look } from './fault.ts';
import { faultNamed, faults, hostileProbes } from './index.ts';
import { instanceFreeze } from './instance-freeze.ts';
import { mend } from './mend.ts';
import { none } from './none.ts';
import { scheduleProblems } from './problems.ts';
import { lookAtProcess } from './process.ts';

const limits = { planMaxMs: 500, injectMaxMs: 500, lookMaxMs: 500, healMaxMs: 500, refusedMaxMs: 0, pollMs: 0 };
const looksMax = 6;
const lookEveryMs = 100;
const chance = () => random('seed', 'fault', 'f1');

/** A deployment on which the fault can bite at all: a rollback needs something to roll back. */
function deploymentFor(fault: Fault): FakeDeployment {
  const fake = fakeDeployment();
  if (fault.kind === 'deploy-rollback') fake.nodes = fake.nodes.map((node) => ({ ...node, version: 'v2' }));
  return fake;
}

/** Looks a while apart, as the schedule does, without waiting for it. */
async function lookUntilBit(look: Look): Promise<Evidence> {
  let evidence = await look();
  for (let looks = 1; !evidence.bit && looks < looksMax; looks++) {
    vi.setSystemTime(Date.now() + lookEveryMs);
    evidence = await look();
  }
  vi.useRealTimers();
  return evidence;
}

/** Each call of a lever that does nothing takes a second, so that one which is pulled again and again soon gives up. */
function toothless(): boolean {
  vi.setSystemTime(Date.now() + 1_000);
  return false;
}
afterEach(() => void vi.useRealTimers());

/** What another process would read from the journal. */
function throughJson(memory: unknown): unknown {
  return JSON.parse(JSON.stringify(memory));
}

test('every fault is listed, and what no accident does stands apart', () => {
  expect(faults.map((fault) => fault.kind)).toEqual([
    'cache-flush',
    'edge-config',
    'cache-slow',
    'cache-down',
    'mail-down',
    'deploy-upgrade',
    'cache-restart',
    'cache-pause',
    'instance-crash',
    'cache-promote-stale',
    'deploy-rollback',
    'cache-squeeze',
    'edge-purge',
    'database-cut',
    'instance-freeze',
    'cache-reset',
    'cache-half-open',
    'database-slow',
    'database-reset',
    'database-down',
    'database-half-open',
    'database-failover',
    'deploy-restart',
    'database-hold',
    'cache-cut',
  ]);
  expect(faults.filter(({ hostile }) => hostile)).toEqual([]);
  expect(hostileProbes.map(({ kind, hostile }) => [kind, hostile])).toEqual([['cache-swap', true]]);
});

describe.each([...faults, ...hostileProbes].map((fault) => [fault.kind, fault] as const))('%s', (_kind, fault) => {
  test('looks before it leaps: planning changes nothing', async () => {
    const fake = deploymentFor(fault);
    await fault.plan(fake.levers, chance());
    expect(fake.calls).toEqual([]);
  });

  test('bites, is proved, and heals from what the journal keeps', async () => {
    const fake = deploymentFor(fault);
    const memory = throughJson(await fault.plan(fake.levers, chance()));
    const look = fault.prove(fake.levers, memory);
    expect(await look()).toMatchObject({ bit: false });
    await fault.inject(fake.levers, memory);
    expect(await lookUntilBit(look)).toMatchObject({ bit: true });
    await mend(fault, fake.levers, memory, limits);
    expect(fake.cache).toMatchObject({ mode: 'ok', entryCountMax: null });
    expect(fake.database).toMatchObject({ failingOver: false, held: false });
    expect([fake.edge.config, fake.mail.mode]).toEqual(['standard', 'ok']);
    expect([fake.links.cache.mode, fake.links.database.mode]).toEqual(['ok', 'ok']);
    expect(fake.rolling).toBe(false);
    expect(fake.nodes.map((node) => node.state)).toEqual(['serving', 'serving']);
  });

  test('is not proved when the lever answers success and does nothing', async () => {
    const fake = deploymentFor(fault);
    fake.beforeCall = toothless;
    const memory = await fault.plan(fake.levers, chance());
    await fault.inject(fake.levers, memory);
    expect(new Set(fake.calls).size).toBe(1);
    expect(await lookUntilBit(fault.prove(fake.levers, memory))).toMatchObject({ bit: false });
    // What threw the exchanged entries away is the one mending that must have happened.
    fake.beforeCall = (call) => fault.kind === 'cache-swap' && call === 'flush';
    await mend(fault, fake.levers, memory, limits);
  });

  test('says which lever is missing', async () => {
    const { levers } = deploymentFor(fault);
    expect(scheduleProblems([{ id: 'f1', kind: fault.kind, atMs: 0, forMs: 1 }], levers)).toEqual([]);
    const bare = { nodes: levers.nodes };
    expect(scheduleProblems([{ id: 'f1', kind: fault.kind, atMs: 0, forMs: 1 }], bare)).toEqual([
      expect.stringContaining(`needs the ${fault.needs[0]} lever`),
    ]);
  });

  test('refuses a memory it did not write', async () => {
    await expect(fault.heal(fakeDeployment().levers, 'nonsense')).rejects.toThrow(`a ${fault.kind} fault`);
  });
});

test('no fault is a fault that breaks nothing', async () => {
  const fake = fakeDeployment();
  const memory = await none.plan(fake.levers, chance());
  await none.inject(fake.levers, memory);
  expect(await none.prove(fake.levers, memory)()).toMatchObject({ bit: true });
  expect(await none.isHealed(fake.levers, memory)).toBe(true);
  expect(fake.calls).toEqual([]);
  expect(faultNamed('none')).toBe(none);
});

test('an unknown fault is answered with the known ones', () => {
  expect(() => faultNamed('cache-flsh')).toThrow(/no fault "cache-flsh".*cache-flush, edge-config/);
});

test('flushing a cache that holds nothing proves nothing', async () => {
  const fake = fakeDeployment();
  fake.cache = { ...fake.cache, entryCount: 0 };
  const fault = faultNamed('cache-flush');
  const memory = await fault.plan(fake.levers, chance());
  await fault.inject(fake.levers, memory);
  expect(await fault.prove(fake.levers, memory)()).toEqual({
    bit: false,
    proof: 'the cache was emptied but held nothing',
  });
});

test.each([
  ['edge-purge', (fake: FakeDeployment) => (fake.edge = { ...fake.edge, entryCount: 0 }), 'kept nothing'],
  ['cache-squeeze', (fake: FakeDeployment) => (fake.cache = { ...fake.cache, entryCount: 2 }), '0 entries were'],
] as const)('%s of what holds too little proves nothing', async (kind, empty, proof) => {
  const fake = fakeDeployment();
  const fault = faultNamed(kind);
  const memory = await fault.plan(fake.levers, chance());
  empty(fake);
  fake.beforeCall = () => !toothless();
  await fault.inject(fake.levers, memory);
  expect(await fault.prove(fake.levers, memory)()).toEqual({ bit: false, proof: expect.stringContaining(proof) });
});

test.each([
  ['cache-promote-stale', 'missed 0 writes'],
  ['database-failover', '; 0 rows'],
])('%s to a replica that missed nothing proves nothing', async (kind, proof) => {
  const fake = fakeDeployment();
  const fault = faultNamed(kind);
  const memory = await fault.plan(fake.levers, chance());
  fake.cache = { ...fake.cache, promotedCount: 1 };
  fake.database = { ...fake.database, failoverCount: 1 };
  const evidence = await fault.prove(fake.levers, memory)();
  expect(evidence).toEqual({ bit: false, proof: expect.stringContaining(proof) });
});

test('a link on which bytes still pass is neither down nor half-open', async () => {
  const fake = fakeDeployment();
  const fault = faultNamed('database-half-open');
  const memory = await fault.plan(fake.levers, chance());
  await fault.inject(fake.levers, memory);
  const look = fault.prove(fake.levers, memory);
  const leaking = async () => {
    const { mode, passedBytes } = fake.links.database;
    fake.links = { ...fake.links, database: { mode, passedBytes: passedBytes + 1 } };
    return look();
  };
  expect(await lookUntilBit(leaking)).toMatchObject({ bit: false });
  expect(await lookUntilBit(fault.prove(fake.levers, memory))).toMatchObject({ bit: true });
});

test.each([
  ['cache-squeeze', (fake: FakeDeployment) => fake.levers.cache?.squeeze(3), 'room for 3'],
  ['cache-pause', (fake: FakeDeployment) => fake.levers.cache?.set('paused', 0), 'mode paused'],
  ['database-hold', (fake: FakeDeployment) => fake.levers.database?.hold(true), 'held already'],
  ['database-failover', (fake: FakeDeployment) => fake.levers.database?.failover(1), 'in progress'],
  ['edge-config', (fake: FakeDeployment) => fake.levers.edge?.reload('next'), 'configuration next already'],
  ['mail-down', (fake: FakeDeployment) => fake.levers.mail?.set('down'), 'down already'],
  ['cache-reset', (fake: FakeDeployment) => fake.levers.links?.set('cache', 'slow', 1), 'link is slow already'],
])('%s is not planned on what is broken already', async (kind, breakIt, message) => {
  const fake = fakeDeployment();
  await breakIt(fake);
  await expect(faultNamed(kind).plan(fake.levers, chance())).rejects.toThrow(message);
});

test('a purge is repeated until the edge had something to lose', async () => {
  const fake = fakeDeployment();
  const fault = faultNamed('edge-purge');
  const memory = await fault.plan(fake.levers, chance());
  fake.edge = { ...fake.edge, entryCount: 0 };
  fake.beforeCall = () => {
    if (fake.calls.length === 3) fake.edge = { ...fake.edge, entryCount: 2 };
    return true;
  };
  await fault.inject(fake.levers, memory);
  expect(fake.calls).toEqual(['purge', 'purge', 'purge']);
  expect(await fault.prove(fake.levers, memory)()).toMatchObject({ bit: true });
});

test('an exchange is repeated until the cache held something to exchange', async () => {
  const fake = fakeDeployment();
  const fault = faultNamed('cache-swap');
  const memory = await fault.plan(fake.levers, chance());
  fake.beforeCall = () => fake.calls.length === 3;
  await fault.inject(fake.levers, memory);
  expect(fake.calls).toEqual(['swap', 'swap', 'swap']);
  expect(await fault.prove(fake.levers, memory)()).toMatchObject({ bit: true });
});

test('commands hurt while the cache never entered the mode prove nothing', async () => {
  const fake = fakeDeployment();
  const fault = faultNamed('cache-slow');
  const memory = await fault.plan(fake.levers, chance());
  fake.cache = { ...fake.cache, delayedCount: 7 };
  expect(await fault.prove(fake.levers, memory)()).toEqual({ bit: false, proof: 'the cache never entered mode slow' });
});

test('an upgrade in which two versions never served together is not proved', async () => {
  const fake = fakeDeployment();
  const fault = faultNamed('deploy-upgrade');
  const memory = await fault.plan(fake.levers, chance());
  const look = fault.prove(fake.levers, memory);
  fake.nodes = fake.nodes.map((node) => ({ ...node, version: 'v2' }));
  expect(await look()).toMatchObject({ bit: false, proof: expect.stringContaining('never seen serving side by side') });
});

test('what a deployment turns out to lack is missed before the run', () => {
  const { levers } = fakeDeployment();
  const planned = [{ id: 'f1', kind: 'cache-half-open', atMs: 0, forMs: 1 }];
  expect(scheduleProblems(planned, levers, ['links'])).toEqual([expect.stringContaining('needs the links lever')]);
  expect(scheduleProblems(planned, levers, [])).toEqual([]);
});

test('a plan that could not be judged is refused: one hold twice at a time, one id twice, an unknown kind', () => {
  const { levers } = fakeDeployment();
  const at = (id: string, kind: string, atMs: number, forMs: number) => ({ id, kind, atMs, forMs });
  const problemsOf = (...planned: ReturnType<typeof at>[]) => scheduleProblems(planned, levers);
  expect(problemsOf(at('a', 'cache-down', 100, 50), at('b', 'cache-slow', 0, 101))).toHaveLength(1);
  expect(problemsOf(at('a', 'cache-down', 100, 50), at('b', 'cache-slow', 0, 100))).toEqual([]);
  expect(problemsOf(at('a', 'cache-down', 0, 50), at('b', 'deploy-restart', 0, 50))).toEqual([]);
  expect(problemsOf(at('a', 'cache-flush', 0, 50), at('a', 'cache-flush', 90, 50))).toHaveLength(1);
  expect(problemsOf(at('a', 'cache-fire', 0, 50))).toEqual([expect.stringContaining('cache-fire')]);
});

test('the seed and the id choose the node, the same each time, and not always the first', async () => {
  const { levers } = fakeDeployment(4);
  const chosen = async (seed: string) => faultNamed('instance-crash').plan(levers, random(seed, 'fault', 'f1'));
  expect(await chosen('a')).toEqual(await chosen('a'));
  const many = await Promise.all(Array.from({ length: 20 }, (_, index) => chosen(`seed ${index}`)));
  expect(new Set(many.map((memory) => JSON.stringify(memory))).size).toBeGreaterThan(1);
});

test.runIf(process.platform === 'linux').each(['instance-freeze', 'instance-crash'])(
  '%s: that a node is called down proves something only where its process is not known to run here',
  async (kind) => {
    const fault = faultNamed(kind);
    const { started = '' } = (await lookAtProcess(process.pid)) ?? {};
    for (const known of [true, false]) {
      const fake = fakeDeployment(1);
      fake.beforeCall = () => false;
      fake.nodes = fake.nodes.map((node) => ({ ...node, pid: process.pid, started: known ? started : 'elsewhere/1' }));
      const memory = throughJson(await fault.plan(fake.levers, chance()));
      expect(memory).toMatchObject({ started: known ? started : null });
      await fault.inject(fake.levers, memory);
      fake.nodes = fake.nodes.map((node) => ({ ...node, state: 'down' }));
      expect(await fault.prove(fake.levers, memory)()).toMatchObject({ bit: !known });
    }
  },
);

test.runIf(process.platform === 'linux')(
  'a frozen process of this machine is known by the kernel, and by its start',
  async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
    await once(child, 'spawn');
    try {
      const pid = child.pid ?? 0;
      const fake = fakeDeployment(1);
      fake.nodes = fake.nodes.map((node) => ({ ...node, pid }));
      // The signal is sent for real; the deployment notices nothing.
      fake.beforeCall = (call) => {
        process.kill(pid, call.endsWith('SIGSTOP') ? 'SIGSTOP' : 'SIGCONT');
        return false;
      };
      const memory = await instanceFreeze.plan(fake.levers, chance());
      await instanceFreeze.inject(fake.levers, memory);
      // A signal takes effect when the kernel next runs its receiver.
      await expect.poll(instanceFreeze.prove(fake.levers, memory)).toMatchObject({
        bit: true,
        proof: expect.stringContaining('the kernel says'),
      });
      expect(await instanceFreeze.isHealed(fake.levers, memory)).toBe(false);

      const stranger = { ...(memory as object), started: 'another boot/1' };
      expect(await instanceFreeze.abandon?.(stranger)).toContain('gone or runs');
      expect(await lookAtProcess(pid)).toMatchObject({ state: 'stopped' });
      expect(await instanceFreeze.abandon?.(memory)).toContain('SIGCONT');
      await expect.poll(() => lookAtProcess(pid)).toMatchObject({ state: 'alive' });
    } finally {
      child.kill('SIGKILL');
    }
  },
);
