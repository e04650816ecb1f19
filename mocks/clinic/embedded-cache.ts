// The embedded cache: one process that speaks as Redis does.
import type { CacheReport } from './messages.ts';
import type { CachePart } from './parts.ts';
import type { ProcessWatch } from './process-watch.ts';
import { startChild } from './processes.ts';

const startTimeoutMs = 30_000;
const callTimeoutMs = 4_000;

export interface EmbeddedCache extends CachePart {
  stop(): Promise<void>;
}

export async function startEmbeddedCache(around: ProcessWatch): Promise<EmbeddedCache> {
  let stopping = false;
  const child = startChild('./cache-server.ts');
  around.watch(child.pid);
  child.exited.then(() => stopping || around.lost('cache'));
  const call = (name: string, argument: unknown = null): Promise<unknown> => child.call(name, argument, callTimeoutMs);
  const { port } = (await child.call('start', null, startTimeoutMs)) as { port: number };
  return {
    port,
    report: async () => (await call('state')) as CacheReport,
    flush: async () => void (await call('flush')),
    set: async (setting) => void (await call('set', setting)),
    squeeze: async (entryCountMax) => void (await call('squeeze', entryCountMax)),
    restart: async () => void (await call('restart')),
    cutConnections: async () => void (await call('cut')),
    promoteStale: async (lagMs) => void (await call('promote', lagMs)),
    swap: async () => (await call('swap')) as number,
    async stop() {
      stopping = true;
      child.kill();
      await child.exited;
    },
  };
}
