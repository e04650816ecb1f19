// One place in the deployment, "app-1": the process that holds it now, its version, and its rebirth when that process dies unbidden.
// Everything that changes it is done one after another.
import { randomUUID } from 'node:crypto';
import type { Upstream } from './messages.ts';
import { processStart } from './process-start.ts';
import { type Child, startChild } from './processes.ts';

const startTimeoutMs = 15_000;
const drainTimeoutMs = 3_000;
const tellTimeoutMs = 3_000;
const rebirthDelayMs = 500;
const offerAttemptsMax = 10;

export type SlotState = 'starting' | 'serving' | 'draining' | 'down';

export interface SlotReport {
  readonly node: string;
  readonly version: string;
  readonly state: SlotState;
  readonly bootId: string;
  readonly pid: number;
  /** Of that process, see `processStart`. */
  readonly started: string | null;
}

export interface NodeSlot {
  readonly node: string;
  report(): SlotReport;
  /** Where to reach it, while it takes requests. */
  upstream(): Upstream | undefined;
  start(version: string): Promise<void>;
  /** Drains, ends and starts again, as this version. */
  replace(version: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Calls the process that holds it now, if one does; one that starts later is told by `startMessage`. */
  tell(name: string, argument: unknown): Promise<void>;
  /** For good. */
  end(): Promise<void>;
}

export interface SlotSurroundings {
  /** What `start` is to be told, for a version. */
  startMessage(node: string, version: string): unknown;
  /** The edge must know before a node goes and after it has come. */
  offersChanged(): Promise<void>;
  watch(pid: number): void;
  unwatch(pid: number): void;
}

export function createNodeSlot(node: string, around: SlotSurroundings): NodeSlot {
  let child: Child | undefined;
  let port = 0;
  let version = '';
  let state: SlotState = 'down';
  let bootId = '';
  let started: string | null = null;
  let ended = false;
  let busy: Promise<void> = Promise.resolve();

  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = busy.then(work);
    busy = turn.catch(() => {});
    return turn;
  }

  async function boot(newVersion: string): Promise<void> {
    if (ended) return;
    version = newVersion;
    state = 'starting';
    bootId = randomUUID();
    const born = startChild('./app.ts');
    child = born;
    started = processStart(born.pid);
    around.watch(born.pid);
    born.exited.then(() => lost(born));
    try {
      const ready = await born.call('start', around.startMessage(node, newVersion), startTimeoutMs);
      port = (ready as { port: number }).port;
    } catch (error) {
      // Ended here, it is reborn like one that crashed.
      born.kill();
      throw error;
    }
    state = 'serving';
    await around.offersChanged().catch(() => void offerAgain(born));
  }

  /** Nobody else would tell an edge that was too busy of this instance. */
  async function offerAgain(born: Child): Promise<void> {
    for (let attempt = 0; attempt < offerAttemptsMax && child === born; attempt += 1) {
      if (await around.offersChanged().then(Boolean, () => true)) continue;
      return;
    }
  }

  /** Only a death that nobody ordered leads to a rebirth. */
  function lost(dead: Child): void {
    around.unwatch(dead.pid);
    if (dead !== child) return;
    child = undefined;
    state = 'down';
    if (ended) return;
    around.offersChanged().catch(() => {});
    setTimeout(
      () => inTurn(async () => (child === undefined ? boot(version) : undefined)).catch(() => {}),
      rebirthDelayMs,
    );
  }

  async function drainAndEnd(): Promise<void> {
    state = 'draining';
    const old = child;
    child = undefined;
    // An edge that is too busy to say so has been told; what it still sends here is sent elsewhere when it fails.
    await around.offersChanged().catch(() => {});
    if (old === undefined) return;
    // A frozen instance never answers; it is ended all the same.
    await old.call('drain', null, drainTimeoutMs).catch(() => {});
    old.kill();
    await old.exited;
    state = 'down';
  }

  return {
    node,
    report: () => ({ node, version, state, bootId, pid: child?.pid ?? 0, started: child ? started : null }),
    upstream: () => (state === 'serving' ? { node, port } : undefined),
    start: (first) => inTurn(() => boot(first)),
    replace: (next) =>
      inTurn(async () => {
        await drainAndEnd();
        await boot(next);
      }),
    signal: (name) => {
      if (child !== undefined && child.pid > 0) process.kill(child.pid, name);
    },
    async tell(name, argument) {
      if (state === 'serving') await child?.call(name, argument, tellTimeoutMs);
    },
    async end() {
      ended = true;
      child?.kill();
      await child?.exited;
    },
  };
}
