// The levers of a deployment: what faults need to break it and mend it again, and to see whether they did.
// A lever that a deployment lacks is left out; a fault that needs it says so before the run starts. Node only.

export interface NodeState {
  readonly node: string;
  readonly version: string;
  readonly state: 'starting' | 'serving' | 'draining' | 'down';
  /** Changes with each start of the process. */
  readonly bootId: string;
  readonly pid: number;
}

export interface CacheState {
  readonly mode: 'ok' | 'slow' | 'down';
  readonly latencyMs: number;
  readonly entryCount: number;
  /** How often it was emptied, and how many entries that threw away in all. */
  readonly flushCount: number;
  readonly flushedEntryCount: number;
  /** Commands delayed or refused because of `mode` since the cache was started. */
  readonly delayedCount: number;
  readonly refusedCount: number;
}

export interface Levers {
  nodes(): Promise<readonly NodeState[]>;
  readonly cache?: {
    state(): Promise<CacheState>;
    flush(): Promise<void>;
    set(mode: CacheState['mode'], latencyMs: number): Promise<void>;
  };
  readonly deploy?: {
    /** Both resolve when the roll has begun; `rolling()` is false when it has ended. */
    restart(): Promise<void>;
    roll(version: string): Promise<void>;
    rolling(): Promise<boolean>;
  };
  readonly signal?: (node: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>;
}
