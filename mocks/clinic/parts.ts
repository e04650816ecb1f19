// The parts of a deployment other than its app instances, as the supervisor and the admin port know them. Two sets of them: the
// embedded one, npm packages only, and the real one on PostgreSQL, Redis, nginx and Toxiproxy. The app code is the same on both.
import type { CacheReport, CacheSetting, DatabasePlace, MailPlace, RecordPlace, Upstream } from './messages.ts';

export interface CachePart {
  /** Where the apps reach it; behind the link's proxy where there is one. */
  readonly port: number;
  report(): Promise<CacheReport>;
  flush(): Promise<void>;
  set(setting: CacheSetting): Promise<void>;
  squeeze(entryCountMax: number | null): Promise<void>;
  restart(): Promise<void>;
  cutConnections(): Promise<void>;
  promoteStale(lagMs: number): Promise<void>;
  /** Answers how many pairs of entries had their values exchanged. */
  swap(): Promise<number>;
}

export interface DatabaseReport {
  readonly cutConnectionCount: number;
  readonly failoverCount: number;
  readonly lostRowCount: number;
  readonly failingOver: boolean;
  readonly held: boolean;
  readonly heldStatementCount: number;
}

export interface DatabasePart {
  readonly place: DatabasePlace;
  report(): Promise<DatabaseReport>;
  cutConnections(): Promise<void>;
  /** Begins: the replica has stopped hearing of writes; after `lagMs` it takes over. */
  failover(lagMs: number): Promise<void>;
  hold(on: boolean): Promise<void>;
}

export interface EdgeReport {
  readonly config: 'standard' | 'next';
  readonly reloadCount: number;
  readonly entryCount: number;
  readonly purgeCount: number;
  readonly purgedEntryCount: number;
}

export interface EdgePart {
  readonly port: number;
  offer(upstreams: readonly Upstream[]): Promise<void>;
  /** Names of the instances that pass its health checks. */
  healthy(): readonly string[];
  report(): Promise<EdgeReport>;
  reload(config: EdgeReport['config']): Promise<void>;
  purge(): Promise<void>;
}

export interface MailReport {
  readonly mode: 'ok' | 'down';
  readonly deliveredCount: number;
  readonly refusedCount: number;
}

/** Where the clinic's notices go: accepts them from the apps, and shows each patient's mailbox to whoever has its password. */
export interface MailPart extends MailPlace {
  report(): Promise<MailReport>;
  set(mode: MailReport['mode']): Promise<void>;
}

export type LinkName = 'cache' | 'database';
export type LinkMode = 'ok' | 'slow' | 'reset' | 'down' | 'half-open';

export interface LinksPart {
  report(link: LinkName): Promise<{ readonly mode: LinkMode; readonly passedBytes: number }>;
  set(link: LinkName, mode: LinkMode, latencyMs: number): Promise<void>;
}

export interface PartsStart {
  /** A folder of the clinic's own, which the parts remove when they end, also when the clinic was killed. */
  readonly rootDir: string;
  readonly objectsDir: string;
  /** The edge's; 0: any free one. */
  readonly port: number;
  readonly bugs: readonly string[];
  readonly record: RecordPlace | null;
  readonly collector: string | null;
}

export interface Parts {
  readonly database: DatabasePart;
  readonly cache: CachePart;
  readonly edge: EdgePart;
  readonly mail: MailPart;
  /** The programs of this machine that they are, each as a line to print; none where all comes with npm. */
  readonly runsOn?: readonly string[];
  /** Only where a proxy stands between the parts. */
  readonly links?: LinksPart;
  /** Rejects when a part that can't be replaced has died. */
  readonly broken: Promise<never>;
  /** Has the process killed should the clinic die without ending it. */
  watch(pid: number): void;
  unwatch(pid: number): void;
  stop(): Promise<void>;
}
