// How the cache is to behave. Slow and down are made on the way to it, by Toxiproxy and by the tap, which lets no command through: what was
// meant to be kept while it was down must not be there afterwards. A paused one is a stopped process, whose system still accepts connections
// and commands. Commands that come while a mode is on are counted to it.
import type { CacheCounts, CacheSetting } from '../messages.ts';
import type { Links } from './links.ts';
import type { RedisServer } from './redis-server.ts';
import { slowBy } from './toxiproxy.ts';

export interface CacheMode {
  readonly setting: CacheSetting;
  counts(): Promise<Pick<CacheCounts, 'delayedCount' | 'refusedCount' | 'unansweredCount'>>;
  set(setting: CacheSetting): Promise<void>;
  /** A paused server is woken for as long as the work takes: what waits in its connections is answered then. */
  awake<Value>(work: (server: RedisServer) => Promise<Value>): Promise<Value>;
}

const toxicName = 'cache-slow';

export function createCacheMode({ toxiproxy, count, refuse }: Links, serving: () => RedisServer): CacheMode {
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
      await toxiproxy.cure('cache', toxicName);
      await refuse('cache', next.mode === 'down');
      if (setting.mode === 'paused') serving().program.signal('SIGCONT');
      if (next.mode === 'slow') await toxiproxy.poison('cache', toxicName, slowBy(next.latencyMs));
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
