// The shared cache as Redis, a primary and its replica, behind the cache link. What an administrator does to it is done one after another.
import { setTimeout as pause } from 'node:timers/promises';
import type { CacheReport } from '../messages.ts';
import type { CachePart } from '../parts.ts';
import { createCacheMode } from './cache-mode.ts';
import type { Links } from './links.ts';
import type { Surroundings } from './program.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { squeezeTo } from './redis-squeeze.ts';
import { swapEntries } from './redis-swap.ts';

export interface RealCache extends CachePart {
  stop(): Promise<void>;
}

/** Grows with each write; nothing is ever saved. */
const changeCountOf = ({ figure }: RedisServer): Promise<number> =>
  figure('persistence', 'rdb_changes_since_last_save');

export async function startCache(around: Surroundings, command: string, links: Links): Promise<RealCache> {
  let primary = await startRedis(around, command, 'redis');
  let replica = await startRedis(around, command, 'redis-replica', { primaryPort: primary.port });
  const port = await links.open('cache', primary.port);
  const mode = createCacheMode(links, () => primary);
  let entryCountMax: number | null = null;
  let known = { entryCount: 0, evictedCount: 0, bootId: await primary.text('server', 'run_id') };
  /** By those who were the primary before. */
  let evictedBefore = 0;
  const counts = {
    flushCount: 0,
    flushedEntryCount: 0,
    cutConnectionCount: 0,
    promotedCount: 0,
    lostWriteCount: 0,
    swappedCount: 0,
  };
  let busy: Promise<unknown> = Promise.resolve();
  const ordered = new WeakSet<RedisServer>();

  function guard(server: RedisServer): void {
    server.program.exited.then(() => {
      if (server === primary && !ordered.has(server)) around.lost(`Redis (${server.program.lastWords()})`);
    });
  }
  guard(primary);

  async function end(server: RedisServer): Promise<void> {
    ordered.add(server);
    await server.stop();
  }

  function inTurn<Value>(work: (server: RedisServer) => Promise<Value>): Promise<Value> {
    const turn = busy.then(() => mode.awake(work));
    busy = turn.catch(() => {});
    return turn;
  }

  async function look(server: RedisServer): Promise<void> {
    const [entryCount, evictedCount, bootId] = await Promise.all([
      server.client.dbSize(),
      server.figure('stats', 'evicted_keys'),
      server.text('server', 'run_id'),
    ]);
    if (server === primary) known = { entryCount, evictedCount: evictedBefore + evictedCount, bootId };
  }

  /** Ends the old one, which is in nobody's place any more. */
  async function replace(old: RedisServer, findNext: () => Promise<RedisServer>): Promise<void> {
    await look(old);
    evictedBefore = known.evictedCount;
    await links.point('cache', 0);
    await end(old);
    primary = await findNext();
    guard(primary);
    await squeezeTo(primary, entryCountMax);
    await look(primary);
    await links.point('cache', primary.port);
  }

  async function promoteStale(old: RedisServer, lagMs: number): Promise<void> {
    const next = replica;
    await next.client.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    const heardOf = await changeCountOf(old);
    await pause(lagMs);
    counts.lostWriteCount += (await changeCountOf(old)) - heardOf;
    await replace(old, async () => next);
    counts.promotedCount += 1;
    replica = await startRedis(around, command, 'redis-replica', { primaryPort: primary.port });
  }

  return {
    port,
    async report(): Promise<CacheReport> {
      // One that is paused, or being replaced, answers nobody: what was known of it last is what there is.
      if (mode.setting.mode !== 'paused') await look(primary).catch(() => {});
      return { ...mode.setting, ...(await mode.counts()), ...counts, ...known, entryCountMax };
    },
    set: (setting) =>
      inTurn(async (server) => {
        await look(server);
        await mode.set(setting);
      }),
    flush: () =>
      inTurn(async ({ client }) => {
        const entryCount = await client.dbSize();
        await client.flushAll();
        counts.flushCount += 1;
        counts.flushedEntryCount += entryCount;
      }),
    squeeze: (countMax) =>
      inTurn(async (server) => {
        entryCountMax = countMax;
        await squeezeTo(server, countMax);
      }),
    restart: () => inTurn((old) => replace(old, () => startRedis(around, command, 'redis', { port: old.port }))),
    cutConnections: () =>
      inTurn(async ({ client }) => {
        const cut = await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
        counts.cutConnectionCount += Number(cut);
      }),
    promoteStale: (lagMs) => inTurn((old) => promoteStale(old, lagMs)),
    swap: () =>
      inTurn(async ({ client }) => {
        const swappedCount = await swapEntries(client);
        counts.swappedCount += swappedCount;
        return swappedCount;
      }),
    stop: async () => void (await Promise.all([end(primary), end(replica)])),
  };
}
