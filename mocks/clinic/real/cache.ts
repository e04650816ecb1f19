// The shared cache as Redis, a primary and its replica, behind the cache link. Slow and down are made on the way to it, by Toxiproxy; a
// paused one is a stopped process, whose system still accepts connections and commands.
import type { CacheCounts, CacheReport, CacheSetting } from '../messages.ts';
import type { CachePart } from '../parts.ts';
import type { Links } from './links.ts';
import type { Surroundings } from './program.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { squeezeTo } from './redis-squeeze.ts';
import { swapEntries } from './redis-swap.ts';
import type { Toxiproxy } from './toxiproxy.ts';

export interface RealCache extends CachePart {
  stop(): Promise<void>;
  /** The process that can't be done without just now. */
  readonly broken: Promise<never>;
}

export async function startCache(
  around: Surroundings,
  command: string,
  toxiproxy: Toxiproxy,
  links: Links,
): Promise<RealCache> {
  let primary = await startRedis(around, command, 'redis');
  let replica = await startRedis(around, command, 'redis-replica', { primaryPort: primary.port });
  const port = await links.open('cache', primary.port);
  let setting: CacheSetting = { mode: 'ok', latencyMs: 0 };
  let entryCountMax: number | null = null;
  let commandCountAtMode = 0;
  let entryCount = 0;
  let evictedBefore = 0;
  let evictedNow = 0;
  let bootId = await primary.text('server', 'run_id');
  const counts: { -readonly [name in keyof Omit<CacheCounts, 'evictedCount'>]: number } = {
    flushCount: 0,
    flushedEntryCount: 0,
    delayedCount: 0,
    refusedCount: 0,
    unansweredCount: 0,
    cutConnectionCount: 0,
    promotedCount: 0,
    lostWriteCount: 0,
    swappedCount: 0,
  };
  let busy: Promise<unknown> = Promise.resolve();
  let failed: (error: Error) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    failed = reject;
  });
  broken.catch(() => {});

  /** What changes the servers is done one after another. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = busy.then(work);
    busy = turn.catch(() => {});
    return turn;
  }

  let expected = new Set<RedisServer>();
  function guard(server: RedisServer): void {
    server.program.exited.then(() => {
      if (server === primary && !expected.has(server))
        failed(new Error(`Redis died; the clinic can't go on without it: ${server.program.lastWords()}`));
    });
  }
  guard(primary);

  async function end(server: RedisServer): Promise<void> {
    expected = new Set([...expected, server]);
    await server.stop();
  }

  /** Commands that came while a mode was on are counted to it. */
  async function settleMode(): Promise<void> {
    const { commandCount } = await links.count('cache');
    const came = commandCount - commandCountAtMode;
    commandCountAtMode = commandCount;
    if (setting.mode === 'slow') counts.delayedCount += came;
    if (setting.mode === 'down') counts.refusedCount += came;
    if (setting.mode === 'paused') counts.unansweredCount += came;
  }

  async function look(): Promise<void> {
    // A stopped process answers nobody: what it held is what it holds.
    if (setting.mode === 'paused') return;
    entryCount = await primary.client.dbSize();
    evictedNow = await primary.figure('stats', 'evicted_keys');
  }

  async function apply({ mode, latencyMs }: CacheSetting): Promise<void> {
    await settleMode();
    await toxiproxy.cure('cache', 'cache-slow');
    await toxiproxy.cure('cache', 'cache-down');
    if (setting.mode === 'paused') primary.program.signal('SIGCONT');
    if (mode === 'slow')
      await toxiproxy.poison('cache', 'cache-slow', {
        type: 'latency',
        stream: 'downstream',
        attributes: { latency: latencyMs, jitter: 0 },
      });
    if (mode === 'down')
      await toxiproxy.poison('cache', 'cache-down', {
        type: 'reset_peer',
        stream: 'downstream',
        attributes: { timeout: 0 },
      });
    if (mode === 'paused') {
      await look();
      primary.program.signal('SIGSTOP');
    }
    setting = { mode, latencyMs };
  }

  /** A change needs a server that answers. */
  async function awake(): Promise<RedisServer> {
    if (setting.mode === 'paused') await apply({ mode: 'ok', latencyMs: 0 });
    return primary;
  }

  async function restart(): Promise<void> {
    const old = await awake();
    await look();
    evictedBefore += evictedNow;
    evictedNow = 0;
    await end(old);
    primary = await startRedis(around, command, 'redis', { port: old.port });
    guard(primary);
    await squeezeTo(primary, entryCountMax);
    bootId = await primary.text('server', 'run_id');
  }

  async function promote(lagMs: number): Promise<void> {
    const old = await awake();
    await replica.client.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    const changesBefore = await old.figure('persistence', 'rdb_changes_since_last_save');
    await new Promise((resolve) => setTimeout(resolve, lagMs));
    await look();
    const changesAfter = await old.figure('persistence', 'rdb_changes_since_last_save');
    evictedBefore += evictedNow;
    evictedNow = 0;
    const next = replica;
    // From here on nobody is in the old one's place but the new.
    await links.point('cache', 0);
    await end(old);
    primary = next;
    guard(primary);
    await squeezeTo(primary, entryCountMax);
    await links.point('cache', primary.port);
    bootId = await primary.text('server', 'run_id');
    counts.lostWriteCount += changesAfter - changesBefore;
    counts.promotedCount += 1;
    replica = await startRedis(around, command, 'redis-replica', { primaryPort: primary.port });
  }

  return {
    port,
    broken,
    async report(): Promise<CacheReport> {
      // While it is being replaced, the last that was known of it is the truth.
      await settleMode()
        .then(look)
        .catch(() => {});
      return { ...setting, ...counts, entryCount, evictedCount: evictedBefore + evictedNow, entryCountMax, bootId };
    },
    flush: () =>
      inTurn(async () => {
        const server = await awake();
        counts.flushedEntryCount += await server.client.dbSize();
        await server.client.flushAll();
        counts.flushCount += 1;
      }),
    set: (next) => inTurn(() => apply(next)),
    squeeze: (countMax) =>
      inTurn(async () => {
        entryCountMax = countMax;
        await squeezeTo(await awake(), countMax);
      }),
    restart: () => inTurn(restart),
    cutConnections: () =>
      inTurn(async () => {
        const server = await awake();
        counts.cutConnectionCount += Number(
          await server.client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']),
        );
      }),
    promoteStale: (lagMs) => inTurn(() => promote(lagMs)),
    swap: () =>
      inTurn(async () => {
        const swappedCount = await swapEntries((await awake()).client);
        counts.swappedCount += swappedCount;
        return swappedCount;
      }),
    async stop() {
      await Promise.all([end(primary), end(replica)]);
    },
  };
}
