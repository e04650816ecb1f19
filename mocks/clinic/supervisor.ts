// Starts the deployment's processes in their order, watches them, and ends them all. Nothing it started outlives it: it ends them by
// their ids, and should it be killed itself, the keeper does.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppStart, CacheReport, CacheSetting, DatabasePlace, EdgeStart, HealthNotice } from './messages.ts';
import { createNodeSlot, type NodeSlot, type SlotReport, type SlotSurroundings } from './node-slot.ts';
import { openObjectStore } from './objects.ts';
import type { ClinicOptions } from './options.ts';
import { type Child, startChild } from './processes.ts';
import { createRollout, type Rollout } from './rollout.ts';

const startTimeoutMs = 30_000;
const callTimeoutMs = 2_000;
const stopTimeoutMs = 5_000;
const firstVersion = 'v1';

export interface Deployment {
  readonly url: string;
  readonly database: DatabasePlace;
  readonly objectsDir: string;
  readonly rollout: Rollout;
  nodes(): readonly SlotReport[];
  slot(node: string): NodeSlot | undefined;
  cacheState(): Promise<CacheReport>;
  setCache(setting: CacheSetting): Promise<void>;
  flushCache(): Promise<void>;
  /** Rejects when a part that can't be replaced (edge, cache, database) has died. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

/** The processes other than the app instances: one each, for as long as the clinic lives. */
interface Parts {
  readonly keeper: Child;
  readonly cache: Child;
  readonly edge: Child;
}

function diesLoudly(parts: Parts, stopping: () => boolean): Promise<never> {
  return new Promise((_, reject) => {
    for (const [name, child] of Object.entries(parts) as [string, Child][]) {
      child.exited.then(() => {
        if (!stopping()) reject(new Error(`the clinic's ${name} process died; the clinic can't go on without it`));
      });
    }
  });
}

export async function startDeployment(options: ClinicOptions): Promise<Deployment> {
  const rootDir = await mkdtemp(join(tmpdir(), 'crosstalk-clinic-'));
  // The database may run as another user, who must get through to its own folder.
  await chmod(rootDir, 0o711);
  const objectsDir = join(rootDir, 'objects');
  await openObjectStore(objectsDir);
  let stopping = false;
  let healthy: readonly string[] = [];
  const parts: Parts = {
    keeper: startChild('./keeper.ts'),
    cache: startChild('./cache-server.ts'),
    edge: startChild('./edge.ts', (notice) => {
      healthy = (notice as HealthNotice).healthy;
    }),
  };
  const broken = diesLoudly(parts, () => stopping);
  broken.catch(() => {});
  const slots: NodeSlot[] = [];

  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all(slots.map((slot) => slot.end()));
    parts.edge.kill();
    parts.cache.kill();
    await parts.keeper.call('stop', null, stopTimeoutMs).catch(() => {});
    parts.keeper.kill();
    await Promise.all(Object.values(parts).map((child: Child) => child.exited));
  }

  try {
    const edgeStart: EdgeStart = { port: options.port, bugs: options.bugs };
    const [place, cache, edge] = await Promise.all([
      parts.keeper.call('start', { rootDir }, startTimeoutMs) as Promise<DatabasePlace>,
      parts.cache.call('start', null, startTimeoutMs) as Promise<{ port: number }>,
      parts.edge.call('start', edgeStart, startTimeoutMs) as Promise<{ port: number }>,
      parts.keeper.call('watch', parts.cache.pid, startTimeoutMs),
      parts.keeper.call('watch', parts.edge.pid, startTimeoutMs),
    ]);
    slots.push(...makeSlots(options, parts, slots, { place, cachePort: cache.port, objectsDir }));
    await Promise.all(slots.map((slot) => slot.start(firstVersion)));
    return {
      url: `http://127.0.0.1:${edge.port}`,
      database: place,
      objectsDir,
      rollout: createRollout(slots, firstVersion),
      broken,
      nodes: () => slots.map((slot) => asSeenBy(healthy, slot.report())),
      slot: (node) => slots.find((slot) => slot.node === node),
      cacheState: () => parts.cache.call('state', null, callTimeoutMs) as Promise<CacheReport>,
      setCache: async (setting) => void (await parts.cache.call('set', setting, callTimeoutMs)),
      flushCache: async () => void (await parts.cache.call('flush', null, callTimeoutMs)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A frozen instance believes that it serves; the edge knows better. */
function asSeenBy(healthy: readonly string[], report: SlotReport): SlotReport {
  return report.state === 'serving' && !healthy.includes(report.node) ? { ...report, state: 'down' } : report;
}

function makeSlots(
  options: ClinicOptions,
  parts: Parts,
  slots: readonly NodeSlot[],
  shared: { readonly place: DatabasePlace; readonly cachePort: number; readonly objectsDir: string },
): NodeSlot[] {
  const linkSecret = randomBytes(32).toString('base64url');
  const tellKeeper = (call: string, pid: number): void => {
    parts.keeper.call(call, pid, callTimeoutMs).catch(() => {});
  };
  const around: SlotSurroundings = {
    startMessage: (node, version): AppStart => ({
      node,
      version,
      database: shared.place,
      cachePort: shared.cachePort,
      objectsDir: shared.objectsDir,
      linkSecret,
      bugs: options.bugs,
      verbose: options.verbose,
    }),
    async offersChanged() {
      const upstreams = slots.flatMap((slot) => slot.upstream() ?? []);
      await parts.edge.call('offer', upstreams, callTimeoutMs);
    },
    watch: (pid) => tellKeeper('watch', pid),
    unwatch: (pid) => tellKeeper('unwatch', pid),
  };
  return Array.from({ length: options.nodeCount }, (_, index) => createNodeSlot(`app-${index + 1}`, around));
}
