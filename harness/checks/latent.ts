// latent: no leak yet, but headers that allow one: a personal answer that a shared cache may store by RFC 9111, or that says
// it came out of one. `Vary` is no excuse (many caches ignore it), but for `*`, which forbids any reuse.
import type { Exchange } from '../history.ts';
import { type Check, violation } from './check.ts';
import { cacheHitsOf } from './shared-cache.ts';

const quotedCharsMax = 80;
/** RFC 9110, section 15.1: may be stored without any explicit lifetime. */
const heuristicallyCacheable: ReadonlySet<number> = new Set([
  200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501,
]);

export const latent: Check = {
  rule: 'latent',
  *operation(op, allSeen, world) {
    let judged: Exchange | undefined;
    for (const { exchange, sighting } of allSeen) {
      if (exchange === judged || exchange.credentials === 'none') continue;
      judged = exchange;
      const where = whatAllowsSharing(exchange, world.declares.headers.cacheStatus);
      if (where === null) continue;
      yield violation('latent', op, exchange, world, {
        owner: sighting.owner,
        item: `${sighting.kind} ${sighting.item}`,
        reach: 'listed',
        where,
        encoding: 'plain',
      });
    }
  },
};

/** The header that allows it, in words; null when nothing does, or when the driver recorded no headers. */
export function whatAllowsSharing(exchange: Exchange, cacheStatusHeader: string | undefined): string | null {
  const headers = exchange.cacheHeaders;
  if (headers === undefined) return null;
  return cacheHit(exchange, cacheStatusHeader) ?? storable(exchange, headers);
}

const quote = (name: string, value: string): string => `header:${name} (${value.slice(0, quotedCharsMax)})`;

function cacheHit(exchange: Exchange, cacheStatusHeader: string | undefined): string | null {
  const [hit] = cacheHitsOf(exchange, cacheStatusHeader);
  return hit === undefined ? null : quote(...hit);
}

/** RFC 9111, section 3, as a shared cache reads it; a bearer's answer needs an express permission (section 3.5). */
function storable(exchange: Exchange, headers: Readonly<Record<string, string>>): string | null {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return null;
  const cacheControl = headers['cache-control'] ?? '';
  const directives = new Set(
    cacheControl
      .toLowerCase()
      .split(',')
      .map((part) => part.split('=')[0]?.trim() ?? ''),
  );
  // `private="field"` protects that field only.
  const isPrivate = directives.has('private') && !/private\s*=/i.test(cacheControl);
  if (directives.has('no-store') || isPrivate || headers.vary?.trim() === '*') return null;
  const has = (...names: string[]): boolean => names.some((name) => directives.has(name));
  const said = quote('cache-control', cacheControl === '' ? 'absent' : cacheControl);
  if (exchange.credentials === 'authorization') return has('public', 's-maxage', 'must-revalidate') ? said : null;
  if (has('public', 's-maxage', 'max-age')) return said;
  const expires = headers.expires;
  if (expires !== undefined) return quote('expires', expires);
  return heuristicallyCacheable.has(exchange.status) ? said : null;
}
