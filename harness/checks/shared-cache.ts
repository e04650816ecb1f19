// Out of a shared cache: what an answer says of having come out of one, and, for a finding, why that cache could keep it, in
// plain words. Headers only, and of credentials only the names of those that carried them.
import type { Exchange } from '../history.ts';
import type { RuleId, SharedCache } from '../verdict.ts';

const quotedCharsMax = 80;

const statusNames = ['x-cache', 'x-cache-status', 'cf-cache-status', 'cache-status'];

/** Headers by which an answer says that it came out of a cache, as `[name, value]`; empty when it says no such thing. */
export function cacheHitsOf(
  { cacheHeaders: headers = {} }: Pick<Exchange, 'cacheHeaders'>,
  cacheStatusHeader: string | undefined,
): [name: string, value: string][] {
  const told = (name: string, isHit: (value: string) => boolean): [string, string][] => {
    const value = headers[name];
    return value !== undefined && isHit(value) ? [[name, value.slice(0, quotedCharsMax)]] : [];
  };
  const names = [...new Set([...statusNames, ...(cacheStatusHeader ? [cacheStatusHeader.toLowerCase()] : [])])];
  const saysMore = ['x-varnish', ...names].some((name) => headers[name] !== undefined);
  return [
    // Its presence alone says so (RFC 9111, section 5.1), but some send 0 with what they have just fetched, and say that elsewhere.
    ...told('age', (seconds) => Number(seconds) > 0 || (seconds.trim() === '0' && !saysMore)),
    // Varnish names the request that filled its cache beside the one that it answers.
    ...told('x-varnish', (ids) => /^\d+ \d+$/.test(ids.trim())),
    ...names.flatMap((name) => told(name, isHitWord)),
  ];
}

/** `STALE` and its like are nginx's words for what it had kept; `fwd=stale` (RFC 9211) went on to the origin. */
const isHitWord = (value: string): boolean =>
  /\bhit\b/i.test(value) || /^(stale|updating|revalidated)$/i.test(value.trim());

export function sharedCacheOf(exchange: Exchange, cacheStatusHeader: string | undefined): SharedCache | null {
  const hits = cacheHitsOf(exchange, cacheStatusHeader);
  if (hits.length === 0) return null;
  const headers = exchange.cacheHeaders ?? {};
  const via = headers.via === undefined ? [] : [['via', headers.via.slice(0, quotedCharsMax)]];
  return {
    shownBy: [...hits, ...via].map(([name, value]) => `${name}: ${value}`),
    cacheControl: headers['cache-control'] ?? null,
    credentials: credentialNames(exchange),
  };
}

function credentialNames({ credentials, credentialHeaders = [] }: Exchange): string[] {
  const known = credentials === 'cookie' || credentials === 'authorization' ? [credentials] : [];
  return [...known, ...credentialHeaders];
}

/** How often it was seen: violations whose answer says so, of all of the finding's. */
export interface Told {
  readonly told: number;
  readonly of: number;
}

/**
 * Why answers of this action reached others, or (`afterlife`) those whose right had ended: one was kept by a shared cache, and nothing
 * had kept the cache from it.
 */
export function causeOf(action: string, cache: SharedCache, { told, of }: Told, rule?: RuleId): string {
  const what = action === 'view-history' ? 'list' : action === 'watch' ? 'recording' : 'answer';
  const often = told === of ? 'the answers say so themselves' : `${told} of ${of} times the answer says so itself`;
  const outlived = rule === 'afterlife';
  const went = outlived ? 'went on giving it after the right to it had ended' : 'gave it to others';
  return [
    `The ${what} was stored by a shared cache, which ${went}: ${often} (${cache.shownBy.join('; ')}).`,
    whyKept(cache.cacheControl),
    outlived
      ? 'Whether the right still stands, only the target can tell, and it was not asked.'
      : whyShared(cache.credentials),
    'Send `Cache-Control: private, no-store` with every personal answer, and have the cache pass on, unkept, what carries credentials.',
  ].join(' ');
}

function whyKept(cacheControl: string | null): string {
  if (cacheControl === null) return 'It has no `Cache-Control`, so nothing forbade the cache to keep it.';
  const said = `\`Cache-Control: ${cacheControl.slice(0, quotedCharsMax)}\``;
  if (/\b(no-store|private)\b/i.test(cacheControl)) return `It says ${said}, and this cache kept it all the same.`;
  return `Its ${said} does not forbid a shared cache to keep it.`;
}

function whyShared(credentials: readonly string[]): string {
  const own = credentials.filter((name) => name !== 'cookie' && name !== 'authorization');
  if (own.length > 0)
    return `Whose it is, only the request's \`${own.join('`, `')}\` tells: credentials in a header that caches do not know as such, so they take one patient's request for another's.`;
  if (credentials.includes('authorization'))
    return 'The request carried `Authorization`, and the cache answered it from what it had kept for another.';
  if (credentials.includes('cookie'))
    return 'The request carried a cookie, by which the cache does not tell people apart.';
  return 'The request carried no credentials at all, and the cache did not mind.';
}
