// What the supervisor and its children tell each other: plain data that survives a process border.

export interface CacheSetting {
  readonly mode: 'ok' | 'slow' | 'down';
  readonly latencyMs: number;
}

export interface CacheReport extends CacheSetting {
  readonly entryCount: number;
  readonly flushCount: number;
  readonly flushedEntryCount: number;
  readonly delayedCount: number;
  readonly refusedCount: number;
}

/** The database is reached by the socket in this folder, so no port is taken. */
export interface DatabasePlace {
  readonly socketDir: string;
  readonly port: number;
}

export interface AppStart {
  readonly node: string;
  readonly version: string;
  readonly database: DatabasePlace;
  readonly cachePort: number;
  readonly objectsDir: string;
  /** Signs recording links; the same for every node and every release, so that a deploy breaks no link. */
  readonly linkSecret: string;
  readonly bugs: readonly string[];
  readonly verbose: boolean;
}

export interface EdgeStart {
  readonly port: number;
  readonly bugs: readonly string[];
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
}
