// Whether an answer came out of a shared cache, as its headers tell. Where there are several tiers, the one nearest to us is meant.
import type { Answer } from './call.ts';

export interface Freshness {
  /** `null`: no header tells. */
  readonly cached: boolean | null;
  /** Seconds since it was stored (RFC 9111, 5.1). */
  readonly ageS: number | null;
  /** Seconds that a shared cache may keep it, where it says so. */
  readonly lifetimeS: number | null;
  /** The header that told, as it stands in a sentence. */
  readonly told: string;
}

const toldLettersMax = 60;

export function freshnessOf({ headers }: Pick<Answer, 'headers'>): Freshness {
  const ageText = headers.get('age');
  const ageS = ageText !== null && /^\d{1,9}$/.test(ageText) ? Number(ageText) : null;
  const told = (name: string): string => `${name}: ${(headers.get(name) ?? '').slice(0, toldLettersMax)}`;
  const shared = { ageS, lifetimeS: lifetimeOf(headers.get('cache-control') ?? '') };
  const word = sayings.find(({ header }) => headers.has(header));
  if (word) return { ...shared, cached: word.isHit(lastOf(headers.get(word.header) ?? '')), told: told(word.header) };
  if (ageS !== null) return { ...shared, cached: ageS > 0, told: told('age') };
  return { ...shared, cached: null, told: 'no Age, X-Cache, CF-Cache-Status or Cache-Status' };
}

const lastOf = (list: string): string => list.split(',').at(-1)?.trim() ?? '';

const sayings: readonly { readonly header: string; isHit(member: string): boolean }[] = [
  // Cloudflare's own; what is revalidated or stale was stored, too.
  { header: 'cf-cache-status', isHit: (member) => /^(hit|stale|updating|revalidated)$/i.test(member) },
  // RFC 9211: the last member is the cache nearest to us.
  { header: 'cache-status', isHit: (member) => /;\s*hit\s*(;|$|=\s*\?1)/.test(member) },
  // Fastly, CloudFront, Varnish as most set it up: `HIT`, `Hit from cloudfront`, `MISS, HIT`.
  { header: 'x-cache', isHit: (member) => /^(tcp_)?\w*hit\b/i.test(member) },
];

function lifetimeOf(cacheControl: string): number | null {
  const found =
    /(?:^|[\s,])s-maxage=(\d{1,9})/i.exec(cacheControl) ?? /(?:^|[\s,])max-age=(\d{1,9})/i.exec(cacheControl);
  return found?.[1] === undefined ? null : Number(found[1]);
}
