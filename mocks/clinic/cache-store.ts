// What the cache server keeps: strings that expire, bounded in number, the oldest leaving first. Pure but for the clock it is given.
import { type Reply, RespError } from './resp.ts';

interface Entry {
  readonly value: string;
  readonly expiresAtMs: number;
}

export interface CacheStore {
  /** Performs one command; `simple` answers are RESP's "+OK" kind. */
  perform(words: readonly string[]): Reply | { readonly simple: string };
  readonly entryCount: number;
  readonly flushCount: number;
  readonly flushedEntryCount: number;
}

const ok = { simple: 'OK' } as const;

export function createCacheStore(nowMs: () => number, entryCountMax = 20_000): CacheStore {
  const entries = new Map<string, Entry>();
  let flushCount = 0;
  let flushedEntryCount = 0;

  function get(key: string): string | null {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    if (entry.expiresAtMs > nowMs()) return entry.value;
    entries.delete(key);
    return null;
  }

  function put(key: string, value: string, expiresAtMs: number): void {
    entries.delete(key);
    entries.set(key, { value, expiresAtMs });
    if (entries.size <= entryCountMax) return;
    const oldest = entries.keys().next();
    if (!oldest.done) entries.delete(oldest.value);
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
    return keys.filter((key) => get(key) !== null && entries.delete(key)).length;
  }

  function flush(): typeof ok {
    flushCount += 1;
    flushedEntryCount += entries.size;
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
    get entryCount() {
      return entries.size;
    },
    get flushCount() {
      return flushCount;
    },
    get flushedEntryCount() {
      return flushedEntryCount;
    },
  };
}
