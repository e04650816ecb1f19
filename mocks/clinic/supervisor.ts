// Starts the deployment's parts and then its app instances, and ends them all. Nothing it started outlives it: it ends them by
// their ids, and should it be killed itself, the parts' own keeper does.
import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { bugsOfInstance } from './bugs/index.ts';
import { startEmbeddedParts } from './embedded-parts.ts';
import type { AppStart, RecordPlace } from './messages.ts';
import { createNodeSlot, type NodeSlot, type SlotReport, type SlotSurroundings } from './node-slot.ts';
import { openObjectStore } from './objects.ts';
import type { ClinicOptions } from './options.ts';
import type { Parts, PartsStart } from './parts.ts';
import { clinicFolder } from './programs.ts';
import { type RewatchState, rewatchOn } from './rewatch-switch.ts';
import { createRollout, type Rollout } from './rollout.ts';
import { findTranscoder, type TranscoderName } from './transcoder.ts';
import { makeTruthFolder } from './truth.ts';

const firstVersion = 'v1';

export interface Deployment {
  readonly url: string;
  readonly parts: Parts;
  readonly objectsDir: string;
  readonly record: RecordPlace | null;
  /** Null: recordings are stored as they came. */
  readonly transcoder: TranscoderName | null;
  readonly rollout: Rollout;
  readonly rewatch: Rewatch;
  nodes(): readonly SlotReport[];
  slot(node: string): NodeSlot | undefined;
  stop(): Promise<void>;
}

/** Rewatching, shut off or open again on all instances, and for those that start meanwhile. */
export interface Rewatch {
  state(): RewatchState;
  set(state: RewatchState): Promise<void>;
}

export async function startDeployment(options: ClinicOptions): Promise<Deployment> {
  const rootDir = await clinicFolder();
  // The database may run as another user, who must get through to its own folder.
  await chmod(rootDir, 0o711);
  const objectsDir = join(rootDir, 'objects');
  await openObjectStore(objectsDir);
  const record = await openRecord(options, rootDir);
  const transcoder = options.transcode ? await findTranscoder() : null;
  const { port, bugs, collector = null } = options;
  const parts = await startParts(options, { rootDir, objectsDir, port, bugs, record, collector });
  const slots: NodeSlot[] = [];
  const rewatch = createRewatch(slots);

  async function stop(): Promise<void> {
    await Promise.all(slots.map((slot) => slot.end()));
    await parts.stop();
  }

  try {
    slots.push(...makeSlots(options, parts, slots, { objectsDir, record, transcoder, rewatch }));
    await Promise.all(slots.map((slot) => slot.start(firstVersion)));
    return {
      url: `http://127.0.0.1:${parts.edge.port}`,
      parts,
      objectsDir,
      record,
      transcoder,
      rollout: createRollout(slots, firstVersion),
      rewatch,
      nodes: () => slots.map((slot) => asSeenBy(parts.edge.healthy(), slot.report())),
      slot: (node) => slots.find((slot) => slot.node === node),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createRewatch(slots: readonly NodeSlot[]): Rewatch {
  let now = rewatchOn;
  return {
    state: () => now,
    async set(next) {
      now = next;
      await Promise.all(slots.map((slot) => slot.tell('rewatch', next)));
    },
  };
}

/** The real parts' modules are loaded only where they are wanted. */
async function openRecord({ accessLog }: ClinicOptions, rootDir: string): Promise<RecordPlace | null> {
  if (accessLog === undefined) return null;
  const truthDir = join(rootDir, 'truth');
  await makeTruthFolder(truthDir);
  return { accessLog, truthDir };
}

async function startParts({ topology }: ClinicOptions, start: PartsStart): Promise<Parts> {
  if (topology === 'embedded') return startEmbeddedParts(start);
  const { startRealParts } = await import('./real/parts.ts');
  return startRealParts(start);
}

/** A frozen instance believes that it serves; the edge knows better. */
function asSeenBy(healthy: readonly string[], report: SlotReport): SlotReport {
  return report.state === 'serving' && !healthy.includes(report.node) ? { ...report, state: 'down' } : report;
}

function makeSlots(
  options: ClinicOptions,
  parts: Parts,
  slots: readonly NodeSlot[],
  { rewatch, ...shared }: Pick<Deployment, 'objectsDir' | 'record' | 'transcoder' | 'rewatch'>,
): readonly NodeSlot[] {
  const linkSecret = randomBytes(32).toString('base64url');
  const around: SlotSurroundings = {
    startMessage: (node, version): AppStart => ({
      node,
      version,
      database: parts.database.place,
      cachePort: parts.cache.port,
      mail: { port: parts.mail.port, secret: parts.mail.secret },
      ...shared,
      rewatch: rewatch.state(),
      linkSecret,
      bugs: bugsOfInstance(
        options.bugs,
        slots.findIndex((slot) => slot.node === node),
        options.nodeCount,
      ),
      collector: options.collector ?? null,
      verbose: options.verbose,
    }),
    async offersChanged() {
      await parts.edge.offer(slots.flatMap((slot) => slot.upstream() ?? []));
    },
    watch: parts.watch,
    unwatch: parts.unwatch,
  };
  return Array.from({ length: options.nodeCount }, (_, index) => createNodeSlot(`app-${index + 1}`, around));
}
