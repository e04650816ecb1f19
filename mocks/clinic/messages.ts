// What the supervisor and its children tell each other: plain data that survives a process border.
import type { RewatchState } from './rewatch-switch.ts';
import type { TranscoderName } from './transcoder.ts';

export interface CacheSetting {
  /** `paused`: accepts connections and commands and answers none until it goes on. */
  readonly mode: 'ok' | 'slow' | 'down' | 'paused';
  readonly latencyMs: number;
}

/** What the cache has counted; a restart empties it and lets it count on. */
export interface CacheCounts {
  readonly flushCount: number;
  readonly flushedEntryCount: number;
  readonly delayedCount: number;
  readonly refusedCount: number;
  readonly unansweredCount: number;
  /** Entries thrown out for want of room. */
  readonly evictedCount: number;
  /** Client connections cut by an administrator. */
  readonly cutConnectionCount: number;
  /** Times a replica took over, and the writes it had not heard of. */
  readonly promotedCount: number;
  readonly lostWriteCount: number;
  /** Pairs of entries whose values a hostile probe exchanged. */
  readonly swappedCount: number;
}

export interface CacheReport extends CacheSetting, CacheCounts {
  readonly entryCount: number;
  /** Null: the usual room. */
  readonly entryCountMax: number | null;
  readonly bootId: string;
}

/** The host may be the folder of a socket, so that no port is taken. */
export interface DatabasePlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** Where the mail provider is, and what only the clinic knows. */
export interface MailPlace {
  readonly port: number;
  readonly secret: string;
}

export interface MailStart {
  readonly secret: string;
  readonly record: RecordPlace | null;
}

export interface AppStart {
  readonly node: string;
  readonly version: string;
  readonly database: DatabasePlace;
  readonly cachePort: number;
  readonly mail: MailPlace;
  readonly objectsDir: string;
  /** Signs recording links; the same for every node and every release, so that a deploy breaks no link. */
  readonly linkSecret: string;
  readonly bugs: readonly string[];
  /** Null: recordings are stored as they came. */
  readonly transcoder: TranscoderName | null;
  readonly record: RecordPlace | null;
  /** Where a collector takes traces; null: nobody is told of spans. */
  readonly collector: string | null;
  readonly rewatch: RewatchState;
  readonly verbose: boolean;
}

/** Where the clinic writes down what it gave out, and whose everything was. */
export interface RecordPlace {
  readonly accessLog: string;
  readonly truthDir: string;
}

export interface EdgeStart {
  readonly port: number;
  readonly bugs: readonly string[];
  readonly record: RecordPlace | null;
  readonly collector: string | null;
}

/** One app instance as the edge may use it. */
export interface Upstream {
  readonly node: string;
  readonly port: number;
}

/** Told by the edge whenever its opinion of a node changes. */
export interface HealthNotice {
  readonly healthy: readonly string[];
}

export interface KeeperStart {
  readonly rootDir: string;
  readonly record: RecordPlace | null;
  readonly objectsDir: string;
}

/** The database can't go on; why. */
export interface KeeperNotice {
  readonly broken: string;
}
