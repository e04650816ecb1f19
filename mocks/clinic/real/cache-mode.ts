// How the cache is to behave. Slow and down are made on the way to it, by Toxiproxy (down: the answer to each command is a reset); a paused
// one is a stopped process, whose system still accepts connections and commands. Commands that come while a mode is on are counted to it.
import type { CacheCounts, CacheSetting } from '../messages.ts';
import type { Links } from './links.ts';
import type { RedisServer } from './redis-server.ts';
import type { Toxic } from './toxiproxy.ts';

export interface CacheMode {
  readonly setting: CacheSetting;
  counts(): Promise<Pick<CacheCounts, 'delayedCount' | 'refusedCount' | 'unansweredCount'>>;
  set(setting: CacheSetting): Promise<void>;
  /** A paused server is woken for as long as the work takes: what waits in its connections is answered then. */
  awake<Value>(work: (server: RedisServer) => Promise<Value>): Promise<Value>;
}

const toxicNames = { slow: 'cache-slow', down: 'cache-down' } as const;

function toxicOf({ mode, latencyMs }: CacheSetting): Toxic | undefined {
  if (mode === 'slow') return { type: 'latency', stream: 'downstream', attributes: { latency: latencyMs, jitter: 0 } };
  if (mode === 'down') return { type: 'reset_peer', stream: 'downstream', attributes: { timeout: 0 } };
  return undefined;
}

export function createCacheMode({ toxiproxy, count }: Links, serving: () => RedisServer): CacheMode {
  let setting: CacheSetting = { mode: 'ok', latencyMs: 0 };
  let settledCommandCount = 0;
  const counted = { ok: 0, slow: 0, down: 0, paused: 0 };

  async function settle(): Promise<void> {
    const { commandCount } = await count('cache');
    counted[setting.mode] += commandCount - settledCommandCount;
    settledCommandCount = commandCount;
  }

  return {
    get setting() {
      return setting;
    },
    async counts() {
      await settle();
      return { delayedCount: counted.slow, refusedCount: counted.down, unansweredCount: counted.paused };
    },
    async set(next) {
      await settle();
      for (const name of Object.values(toxicNames)) await toxiproxy.cure('cache', name);
      if (setting.mode === 'paused') serving().program.signal('SIGCONT');
      const toxic = toxicOf(next);
      if (toxic !== undefined && (next.mode === 'slow' || next.mode === 'down'))
        await toxiproxy.poison('cache', toxicNames[next.mode], toxic);
      if (next.mode === 'paused') serving().program.signal('SIGSTOP');
      setting = next;
    },
    async awake(work) {
      if (setting.mode === 'paused') serving().program.signal('SIGCONT');
      try {
        return await work(serving());
      } finally {
        if (setting.mode === 'paused') serving().program.signal('SIGSTOP');
      }
    },
  };
}
