// The edge's shared cache: answers under their address, told apart by what they vary on, each with its age. What is kept, and for how
// long, is decided elsewhere. Pure but for the clock it is given.
import type { IncomingHttpHeaders } from 'node:http';
import type { Keeping } from './edge-keeping.ts';

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

interface Entry {
  readonly answer: StoredAnswer;
  readonly vary: readonly (readonly [string, string])[];
  readonly bornAtMs: number;
  readonly lifetimeMs: number;
}

export interface EdgeCache {
  /** A fresh stored answer with its age in seconds. */
  find(
    url: string,
    headers: IncomingHttpHeaders,
  ): { readonly answer: StoredAnswer; readonly ageSeconds: number } | undefined;
  store(url: string, requestHeaders: IncomingHttpHeaders, answer: StoredAnswer, keeping: Keeping): void;
  /** After a change at this address (RFC 9111, 4.4). */
  invalidate(url: string): void;
  /** How many answers there are, the fresh ones alone. */
  entryCount(): number;
  /** Empties it. Answers how many fresh answers that threw away. */
  purge(): number;
}

export const storedBodyBytesMax = 256 * 1024;
const urlCountMax = 500;
const variantCountMax = 8;

const headerValue = (headers: IncomingHttpHeaders, name: string): string => String(headers[name] ?? '');

function withoutCookie(answer: StoredAnswer): StoredAnswer {
  const { 'set-cookie': _, ...headers } = answer.headers;
  return { ...answer, headers };
}

export function createEdgeCache(nowMs: () => number): EdgeCache {
  const entries = new Map<string, readonly Entry[]>();
  const isFresh = (entry: Entry): boolean => nowMs() - entry.bornAtMs < entry.lifetimeMs;
  const freshCount = (): number => [...entries.values()].flat().filter(isFresh).length;
  return {
    find(url, headers) {
      const found = entries
        .get(url)
        ?.find((entry) => isFresh(entry) && entry.vary.every(([name, value]) => headerValue(headers, name) === value));
      if (found === undefined) return undefined;
      return { answer: found.answer, ageSeconds: Math.floor((nowMs() - found.bornAtMs) / 1000) };
    },
    store(url, requestHeaders, answer, keeping) {
      if (answer.body.length > storedBodyBytesMax) return;
      const vary = keeping.vary.map((name) => [name, headerValue(requestHeaders, name)] as const);
      const kept = keeping.keepsCookie ? answer : withoutCookie(answer);
      const entry: Entry = { answer: kept, vary, bornAtMs: nowMs(), lifetimeMs: keeping.lifetimeMs };
      const sameRequest = JSON.stringify(vary);
      const others = (entries.get(url) ?? []).filter(
        (each) => isFresh(each) && JSON.stringify(each.vary) !== sameRequest,
      );
      entries.delete(url);
      entries.set(url, [entry, ...others.slice(0, variantCountMax - 1)]);
      const oldest = entries.keys().next();
      if (entries.size > urlCountMax && !oldest.done) entries.delete(oldest.value);
    },
    invalidate(url) {
      entries.delete(url);
    },
    entryCount: freshCount,
    purge() {
      const purgedCount = freshCount();
      entries.clear();
      return purgedCount;
    },
  };
}
