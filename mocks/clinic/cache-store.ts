// What the cache server keeps: strings that expire, bounded in number, the oldest leaving first. It remembers for a while what each
// write replaced, so that it can go back to what a replica that lagged behind would hold. Pure but for the clock it is given.
import { pairsToSwap } from './cache-swap.ts';
import { type Reply, RespError } from './resp.ts';

interface Entry {
  readonly value: string;
  readonly expiresAtMs: number;
}

interface Change {
  readonly atMs: number;
  readonly key: string;
  readonly before: Entry | undefined;
}

export interface CacheStore {
  /** Performs one command; `simple` answers are RESP's "+OK" kind. */
  perform(words: readonly string[]): Reply | { readonly simple: string };
  /** Room for so many; null gives the usual room back. */
  squeeze(entryCountMax: number | null): void;
  /** Back to what was held `lagMs` ago, as far as is remembered; answers how many writes that undid. */
  goBack(lagMs: number): number;
  /** As after a start, but for what it has counted. */
  forget(): void;
  /** Exchanges the values of entries of one kind that are different owners'; answers how many pairs. */
  swap(): number;
  readonly entryCount: number;
  readonly flushCount: number;
  readonly flushedEntryCount: number;
  readonly evictedCount: number;
}

const ok = { simple: 'OK' } as const;
const usualEntryCountMax = 20_000;
const changesKeptMs = 10_000;
const changesKeptCountMax = 10_000;

export function createCacheStore(nowMs: () => number, usualMax = usualEntryCountMax): CacheStore {
  const entries = new Map<string, Entry>();
  let changes: Change[] = [];
  let trimAtCount = 1_000;
  let entryCountMax = usualMax;
  let flushCount = 0;
  let flushedEntryCount = 0;
  let evictedCount = 0;

  function get(key: string): string | null {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    if (entry.expiresAtMs > nowMs()) return entry.value;
    entries.delete(key);
    return null;
  }

  function remember(key: string): void {
    changes.push({ atMs: nowMs(), key, before: entries.get(key) });
    if (changes.length < trimAtCount) return;
    changes = changes.slice(-changesKeptCountMax).filter(({ atMs }) => atMs > nowMs() - changesKeptMs);
    // In growing steps, so that a write costs next to nothing.
    trimAtCount = changes.length * 2 + 1_000;
  }

  function evictBeyondRoom(): void {
    for (const key of entries.keys()) {
      if (entries.size <= entryCountMax) return;
      remember(key);
      entries.delete(key);
      evictedCount += 1;
    }
  }

  function put(key: string, value: string, expiresAtMs: number): void {
    remember(key);
    entries.delete(key);
    entries.set(key, { value, expiresAtMs });
    evictBeyondRoom();
  }

  function set(key: string, value: string, options: readonly string[]): Reply | typeof ok {
    const upper = options.map((option) => option.toUpperCase());
    if (upper.includes('NX') && get(key) !== null) return null;
    const at = upper.indexOf('PX');
    const lifetimeMs = at < 0 ? Number.POSITIVE_INFINITY : Number(options[at + 1]);
    if (!(lifetimeMs > 0)) return new RespError('ERR invalid expire time');
    put(key, value, nowMs() + lifetimeMs);
    return ok;
  }

  function increment(key: string): Reply {
    const before = entries.get(key);
    const value = Number(get(key) ?? '0') + 1;
    if (!Number.isInteger(value)) return new RespError('ERR value is not an integer');
    put(key, String(value), before?.expiresAtMs ?? Number.POSITIVE_INFINITY);
    return value;
  }

  function expire(key: string, lifetimeMs: number): Reply {
    const value = get(key);
    if (value === null) return 0;
    put(key, value, nowMs() + lifetimeMs);
    return 1;
  }

  function remove(keys: readonly string[]): Reply {
    const there = keys.filter((key) => get(key) !== null);
    for (const key of there) remember(key);
    return there.filter((key) => entries.delete(key)).length;
  }

  function flush(): typeof ok {
    flushCount += 1;
    flushedEntryCount += entries.size;
    for (const key of entries.keys()) remember(key);
    entries.clear();
    return ok;
  }

  return {
    perform([name = '', key = '', value = '', ...options]) {
      switch (name.toUpperCase()) {
        case 'PING':
          return { simple: 'PONG' };
        case 'GET':
          return get(key);
        case 'MGET':
          return [key, value, ...options].filter((each) => each !== '').map(get);
        case 'SET':
          return set(key, value, options);
        case 'DEL':
          return remove([key, value, ...options].filter((each) => each !== ''));
        case 'INCR':
          return increment(key);
        case 'PEXPIRE':
          return expire(key, Number(value));
        case 'FLUSHALL':
          return flush();
        default:
          return new RespError(`ERR unknown command '${name.slice(0, 20)}'`);
      }
    },
    squeeze(most) {
      entryCountMax = most ?? usualMax;
      evictBeyondRoom();
    },
    goBack(lagMs) {
      const sinceMs = nowMs() - lagMs;
      const undone = changes.filter(({ atMs }) => atMs > sinceMs);
      changes = [];
      for (const { key, before } of undone.reverse()) {
        entries.delete(key);
        if (before !== undefined) entries.set(key, before);
      }
      evictBeyondRoom();
      return undone.length;
    },
    forget() {
      entries.clear();
      changes = [];
    },
    swap() {
      const live = [...entries.keys()].filter((key) => get(key) !== null);
      const pairs = pairsToSwap(live.map((key) => [key, get(key) ?? ''] as const));
      for (const [one, other] of pairs) {
        const [first, second] = [entries.get(one), entries.get(other)];
        if (first === undefined || second === undefined) continue;
        entries.set(one, { ...first, value: second.value });
        entries.set(other, { ...second, value: first.value });
      }
      return pairs.length;
    },
    get entryCount() {
      return entries.size;
    },
    get flushCount() {
      return flushCount;
    },
    get flushedEntryCount() {
      return flushedEntryCount;
    },
    get evictedCount() {
      return evictedCount;
    },
  };
}
