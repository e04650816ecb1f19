// The levers of a deployment: what faults need to break it and mend it again, and to see whether they did.
// A lever that a deployment lacks is left out; a fault that needs it says so before the run starts. Node only.

import type { ConnectedSystem } from '../systems/system.ts';

export interface NodeState {
  readonly node: string;
  readonly version: string;
  readonly state: 'starting' | 'serving' | 'draining' | 'down';
  /** Changes with each start of the process. */
  readonly bootId: string;
  readonly pid: number;
  /**
   * Machine boot and start time of that process as `<boot id>/<clock ticks>` (Linux: /proc/sys/kernel/random/boot_id, field 22 of
   * /proc/<pid>/stat). Where it is told, a harness on the same machine knows the process, and asks the kernel what became of it.
   */
  readonly started?: string | null | undefined;
}

export interface CacheState {
  /** `paused`: accepts connections and commands and answers none (half-open). */
  readonly mode: 'ok' | 'slow' | 'down' | 'paused';
  readonly latencyMs: number;
  readonly entryCount: number;
  /** How often it was emptied, and how many entries that threw away in all. */
  readonly flushCount: number;
  readonly flushedEntryCount: number;
  /** Commands delayed, refused or left unanswered because of `mode` since the cache was started. */
  readonly delayedCount: number;
  readonly refusedCount: number;
  readonly unansweredCount: number;
  /** Entries thrown out for want of room. */
  readonly evictedCount: number;
  /** Null: the usual room. */
  readonly entryCountMax: number | null;
  /** Changes with each start of the cache. */
  readonly bootId: string;
  /** Client connections cut by an administrator. */
  readonly cutConnectionCount: number;
  /** Times a replica took over, and writes it had not heard of. */
  readonly promotedCount: number;
  readonly lostWriteCount: number;
  /** Pairs of entries whose values a hostile probe exchanged. */
  readonly swappedCount: number;
}

export interface DatabaseState {
  /** Client connections cut by an administrator. */
  readonly cutConnectionCount: number;
  /** Failovers to a replica, and rows written before them that it did not have. */
  readonly failoverCount: number;
  readonly lostRowCount: number;
  readonly failingOver: boolean;
  /** Whether the pools are held, and the statements that are waiting because of it. */
  readonly held: boolean;
  readonly heldStatementCount: number;
}

export interface EdgeState {
  readonly config: 'standard' | 'next';
  readonly reloadCount: number;
  readonly entryCount: number;
  readonly purgeCount: number;
  readonly purgedEntryCount: number;
}

export interface MailState {
  readonly mode: 'ok' | 'down';
  readonly deliveredCount: number;
  readonly refusedCount: number;
}

export type LinkName = 'cache' | 'database';
/** What is done to a network link. `half-open`: bytes vanish, the connection stays. */
export type LinkMode = 'ok' | 'slow' | 'reset' | 'down' | 'half-open';

export interface LinkState {
  readonly mode: LinkMode;
  /** Bytes that crossed the link since it was set up. */
  readonly passedBytes: number;
}

export interface Levers {
  /** What a drill's `systems` name, by name. */
  readonly systems?: Readonly<Record<string, ConnectedSystem>>;
  nodes(): Promise<readonly NodeState[]>;
  /** Those of the levers below that this deployment turns out not to have; asked before a run is planned. */
  missing?(): Promise<readonly Exclude<keyof Levers, 'nodes' | 'missing' | 'systems'>[]>;
  readonly cache?: {
    state(): Promise<CacheState>;
    flush(): Promise<void>;
    set(mode: CacheState['mode'], latencyMs: number): Promise<void>;
    /** Room for so many entries only, the rest is evicted at once; null gives the room back. */
    squeeze(entryCountMax: number | null): Promise<void>;
    /** Stops and starts it, empty. */
    restart(): Promise<void>;
    cutConnections(): Promise<void>;
    /** A replica that lags by `lagMs` takes over; later writes are lost. Resolves once it has. */
    promoteStale(lagMs: number): Promise<void>;
    /** Hostile probe: exchanges the values of two patients' entries of one kind. Answers how many pairs were exchanged. */
    swap?(): Promise<number>;
  };
  readonly database?: {
    state(): Promise<DatabaseState>;
    cutConnections(): Promise<void>;
    /** A replica takes over that never heard of the writes of the next `lagMs`; resolves when the failover has begun. */
    failover(lagMs: number): Promise<void>;
    /** Holds every statement back, so that the apps' pools run dry, and lets go. */
    hold(on: boolean): Promise<void>;
  };
  readonly edge?: {
    state(): Promise<EdgeState>;
    reload(config: EdgeState['config']): Promise<void>;
    purge(): Promise<void>;
  };
  readonly mail?: {
    state(): Promise<MailState>;
    set(mode: MailState['mode']): Promise<void>;
  };
  /** Network links between the parts, each behind a proxy that can harm it. */
  readonly links?: {
    state(link: LinkName): Promise<LinkState>;
    set(link: LinkName, mode: LinkMode, latencyMs: number): Promise<void>;
  };
  readonly deploy?: {
    /** All resolve when the deploy has begun; `rolling()` is false when it has ended. */
    restart(): Promise<void>;
    roll(version: string): Promise<void>;
    /** All instances at once: for between two trials, not a fault. */
    recreate?(version: string): Promise<void>;
    rolling(): Promise<boolean>;
  };
  readonly signal?: (node: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>;
}
