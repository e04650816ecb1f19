import { describe, expect, it } from 'vitest';
import type { Exchange } from '../history.ts';
import { historyBuilder, judged } from './history-builder.ts';
import { cacheHitsOf, causeOf } from './shared-cache.ts';

describe('an answer says that it came out of a cache', () => {
  const names = (cacheHeaders: Record<string, string>, declared?: string): string[] =>
    cacheHitsOf({ cacheHeaders }, declared).map(([name]) => name);

  it.each<[what: string, hit: Record<string, string>, miss: Record<string, string>]>([
    ['Varnish', { age: '0', 'x-varnish': '32770 3' }, { age: '0', 'x-varnish': '32770' }],
    ['nginx', { 'x-cache-status': 'HIT' }, { 'x-cache-status': 'MISS' }],
    ['nginx, late', { 'x-cache-status': 'STALE' }, { 'x-cache-status': 'EXPIRED' }],
    ['HAProxy, whose origin sends no age', { age: '0' }, {}],
    ['a CDN', { 'cf-cache-status': 'HIT' }, { 'cf-cache-status': 'DYNAMIC' }],
    ['RFC 9211', { 'cache-status': 'edge; hit' }, { 'cache-status': 'edge; fwd=stale' }],
    ['RFC 9111', { age: '12' }, { age: '0', 'x-cache': 'miss' }],
  ])('as %s does', (_what, hit, miss) => {
    expect(names(hit)).not.toEqual([]);
    expect(names(miss)).toEqual([]);
  });

  it('by the header that the target declares, in any case', () => {
    expect(names({ 'x-edge': 'hit' })).toEqual([]);
    expect(names({ 'x-edge': 'hit' }, 'X-Edge')).toEqual(['x-edge']);
  });
});

describe('the cause of a finding', () => {
  const list = (exchange: Partial<Exchange>) =>
    judged(historyBuilder().does(1, 'view-history', { sees: [[2, 'title']], exchange })).findings.find(
      ({ rule }) => rule === 'foreign-listing',
    );
  const kept: Partial<Exchange> = {
    cacheHeaders: { age: '4', via: '1.1 varnish' },
    credentials: 'header',
    credentialHeaders: ['x-session'],
  };

  it('is told in plain words: stored by whom, why it could be, and why it reached others', () => {
    const cause = list(kept)?.cause;
    expect(cause).toContain('The list was stored by a shared cache');
    expect(cause).toContain('(age: 4; via: 1.1 varnish)');
    expect(cause).toContain('no `Cache-Control`');
    expect(cause).toContain('`x-session`');
    expect(cause).toContain('caches do not know');
  });

  it('is not told where no answer says that it came out of a cache', () => {
    expect(list({ ...kept, cacheHeaders: { via: '1.1 proxy' } })?.cause).toBeUndefined();
    expect(list({ ...kept, cacheHeaders: {} })?.cause).toBeUndefined();
  });

  it('says of how many answers it is known', () => {
    const builder = historyBuilder()
      .does(1, 'view-history', { sees: [[2, 'title']], exchange: kept })
      .does(3, 'view-history', { sees: [[2, 'title']], exchange: { cacheHeaders: {} } });
    expect(judged(builder).findings.find(({ rule }) => rule === 'foreign-listing')?.cause).toContain('1 of 2 times');
  });

  it('goes by what the answer said of caches, and by how the request showed who it was', () => {
    const told = { told: 1, of: 1 };
    const because = (cacheControl: string | null, credentials: string[]): string =>
      causeOf('watch', { shownBy: ['age: 1'], cacheControl, credentials }, told);
    expect(because('public, max-age=60', [])).toContain('`Cache-Control: public, max-age=60` does not forbid');
    expect(because('no-store', [])).toContain('kept it all the same');
    expect(because(null, ['cookie'])).toContain('a cookie');
    expect(because(null, ['authorization'])).toContain('`Authorization`');
    expect(because(null, [])).toContain('no credentials at all');
    expect(because(null, [])).toContain('The recording was stored');
  });

  it('where a right had ended, nobody else need have been given the answer before', () => {
    const cache = { shownBy: ['x-cache-status: HIT'], cacheControl: null, credentials: ['authorization'] };
    const because = (rule: 'afterlife' | 'foreign-listing') => causeOf('view-history', cache, { told: 1, of: 1 }, rule);
    expect(because('foreign-listing')).toContain('which gave it to others');
    expect(because('afterlife')).toContain('which went on giving it after the right to it had ended');
    expect(because('afterlife')).not.toContain('another');
  });
});
