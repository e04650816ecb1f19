// The edge's shared cache, by RFC 9111 as far as this clinic needs it: only answers that say `public` and for how long, told apart
// by what they vary on, each with its age. Pure but for the clock it is given.
import type { IncomingHttpHeaders } from 'node:http';

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
  store(url: string, requestHeaders: IncomingHttpHeaders, answer: StoredAnswer): void;
  /** After a change at this address (RFC 9111, 4.4). */
  invalidate(url: string): void;
}

export const storedBodyBytesMax = 256 * 1024;
const urlCountMax = 500;

/** May a request be answered from the cache at all? One with credentials never is here: nothing it could get is worth the risk. */
export function mayUseCache(method: string, headers: IncomingHttpHeaders): boolean {
  return (
    method === 'GET' && headers.authorization === undefined && headers.range === undefined && !asksPastCache(headers)
  );
}

function asksPastCache(headers: IncomingHttpHeaders): boolean {
  const wish = headers['cache-control'];
  return wish !== undefined && (wish.includes('no-cache') || wish.includes('no-store'));
}

/** How long an answer may be kept, in ms; 0 when not at all. Nothing is guessed: no word on lifetime means not at all. */
export function lifetimeMsOf(status: number, headers: Readonly<Record<string, unknown>>): number {
  const control = headers['cache-control'];
  if (status !== 200 || typeof control !== 'string' || headers['set-cookie'] !== undefined || headers.vary === '*')
    return 0;
  const directives = control.toLowerCase().split(',');
  const names = directives.map((each) => each.trim());
  if (!names.includes('public') || names.some((name) => name.startsWith('private') || name.startsWith('no-'))) return 0;
  const seconds = secondsIn(names, 's-maxage') ?? secondsIn(names, 'max-age') ?? 0;
  return Number.isInteger(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function secondsIn(directives: readonly string[], name: string): number | undefined {
  const found = directives.find((each) => each.startsWith(`${name}=`));
  return found === undefined ? undefined : Number(found.slice(name.length + 1));
}

function varyOf(answer: StoredAnswer, requestHeaders: IncomingHttpHeaders): readonly (readonly [string, string])[] {
  const vary = answer.headers.vary;
  if (typeof vary !== 'string') return [];
  return vary.split(',').map((name) => {
    const lower = name.trim().toLowerCase();
    return [lower, String(requestHeaders[lower] ?? '')] as const;
  });
}

export function createEdgeCache(nowMs: () => number): EdgeCache {
  const entries = new Map<string, readonly Entry[]>();
  const isFresh = (entry: Entry): boolean => nowMs() - entry.bornAtMs < entry.lifetimeMs;
  return {
    find(url, headers) {
      const found = entries
        .get(url)
        ?.find((entry) => isFresh(entry) && entry.vary.every(([name, value]) => String(headers[name] ?? '') === value));
      if (found === undefined) return undefined;
      return { answer: found.answer, ageSeconds: Math.floor((nowMs() - found.bornAtMs) / 1000) };
    },
    store(url, requestHeaders, answer) {
      const lifetimeMs = lifetimeMsOf(answer.status, answer.headers);
      if (lifetimeMs === 0 || answer.body.length > storedBodyBytesMax) return;
      const entry = { answer, vary: varyOf(answer, requestHeaders), bornAtMs: nowMs(), lifetimeMs };
      const sameRequest = JSON.stringify(entry.vary);
      const others = (entries.get(url) ?? []).filter(
        (each) => isFresh(each) && JSON.stringify(each.vary) !== sameRequest,
      );
      entries.delete(url);
      entries.set(url, [entry, ...others.slice(0, 7)]);
      const oldest = entries.keys().next();
      if (entries.size > urlCountMax && !oldest.done) entries.delete(oldest.value);
    },
    invalidate(url) {
      entries.delete(url);
    },
  };
}
