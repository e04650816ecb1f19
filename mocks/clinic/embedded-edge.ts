// The embedded edge: balancer and shared HTTP cache in one process.
import type { EdgeStart, HealthNotice } from './messages.ts';
import type { EdgePart, EdgeReport } from './parts.ts';
import type { ProcessWatch } from './process-watch.ts';
import { startChild } from './processes.ts';

const startTimeoutMs = 30_000;
const callTimeoutMs = 4_000;

export interface EmbeddedEdge extends EdgePart {
  stop(): Promise<void>;
}

export async function startEmbeddedEdge(start: EdgeStart, around: ProcessWatch): Promise<EmbeddedEdge> {
  let healthy: readonly string[] = [];
  let stopping = false;
  const child = startChild('./edge.ts', (notice) => {
    healthy = (notice as HealthNotice).healthy;
  });
  around.watch(child.pid);
  child.exited.then(() => stopping || around.lost('edge'));
  const call = (name: string, argument: unknown = null): Promise<unknown> => child.call(name, argument, callTimeoutMs);
  const { port } = (await child.call('start', start, startTimeoutMs)) as { port: number };
  return {
    port,
    offer: async (upstreams) => void (await call('offer', upstreams)),
    healthy: () => healthy,
    report: async () => (await call('report')) as EdgeReport,
    reload: async (config) => void (await call('reload', config)),
    purge: async () => void (await call('purge')),
    async stop() {
      stopping = true;
      child.kill();
      await child.exited;
    },
  };
}
