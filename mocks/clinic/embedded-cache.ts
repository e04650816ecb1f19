// The embedded cache: one process, which a restart replaces by another at the same port.
import type { CacheReport, CacheStart } from './messages.ts';
import type { CachePart } from './parts.ts';
import type { ProcessWatch } from './process-watch.ts';
import { type Child, startChild } from './processes.ts';

const startTimeoutMs = 15_000;
const callTimeoutMs = 2_000;

export interface EmbeddedCache extends CachePart {
  stop(): Promise<void>;
}

export async function startEmbeddedCache(around: ProcessWatch): Promise<EmbeddedCache> {
  let child: Child | undefined;
  let port = 0;
  // Whoever asks during a restart waits until it is over.
  let ready: Promise<unknown> = Promise.resolve();

  async function start(counts: CacheStart['counts']): Promise<void> {
    const born = startChild('./cache-server.ts');
    child = born;
    around.watch(born.pid);
    born.exited.then(() => {
      around.unwatch(born.pid);
      if (born === child) around.lost('cache');
    });
    const answer = await born.call('start', { port, counts } satisfies CacheStart, startTimeoutMs);
    port = (answer as { port: number }).port;
  }

  async function end(): Promise<void> {
    const old = child;
    child = undefined;
    old?.kill();
    await old?.exited;
  }

  async function call(name: string, argument: unknown = null): Promise<unknown> {
    await ready;
    return child?.call(name, argument, callTimeoutMs);
  }

  const report = async (): Promise<CacheReport> => (await call('state')) as CacheReport;

  await start(null);
  return {
    port,
    report,
    flush: async () => void (await call('flush')),
    set: async (setting) => void (await call('set', setting)),
    squeeze: async (entryCountMax) => void (await call('squeeze', entryCountMax)),
    async restart() {
      const counts = await report();
      ready = end().then(() => start(counts));
      await ready;
    },
    cutConnections: async () => void (await call('cut')),
    promoteStale: async (lagMs) => void (await call('promote', lagMs)),
    swap: async () => (await call('swap')) as number,
    stop: end,
  };
}
