import { describe, expect, it } from 'vitest';
import { freshnessOf } from './cached.ts';

const of = (headers: Record<string, string>) => freshnessOf({ headers: new Headers(headers) });

describe('whether an answer came out of a cache', () => {
  it.each<[Record<string, string>, boolean | null]>([
    [{ 'cf-cache-status': 'HIT', age: '12' }, true],
    [{ 'cf-cache-status': 'EXPIRED', age: '12' }, false],
    [{ 'cf-cache-status': 'DYNAMIC' }, false],
    [{ 'cache-status': 'edge; hit; ttl=30' }, true],
    [{ 'cache-status': 'edge; hit=?0' }, false],
    [{ 'cache-status': 'shield; hit, edge; fwd=uri-miss; stored' }, false],
    [{ 'cache-status': 'edge; fwd=miss; detail=hit-for-miss' }, false],
    [{ 'x-cache': 'HIT' }, true],
    [{ 'x-cache': 'Hit from cloudfront' }, true],
    [{ 'x-cache': 'RefreshHit from cloudfront' }, true],
    [{ 'x-cache': 'TCP_MEM_HIT from a1.example' }, true],
    [{ 'x-cache': 'MISS, HIT' }, true],
    [{ 'x-cache': 'HIT, MISS' }, false],
    [{ 'x-cache': 'Miss from cloudfront' }, false],
    [{ age: '0' }, false],
    [{ age: '1' }, true],
    [{ age: 'old' }, null],
    [{ date: 'Thu, 01 Jan 1970 00:00:00 GMT' }, null],
  ])('%o: %s', (headers, cached) => {
    expect(of(headers).cached).toBe(cached);
  });

  it.each<[string, number | null]>([
    ['public, max-age=60', 60],
    ['max-age=60, s-maxage=5', 5],
    ['no-cache', null],
    ['x-max-age=7', null],
  ])('%s: kept for %s seconds', (control, lifetimeS) => {
    expect(of({ 'cache-control': control }).lifetimeS).toBe(lifetimeS);
  });

  it('is told by a header, shortened', () => {
    expect(of({ 'x-cache': 'H'.repeat(500) }).told).toHaveLength(9 + 60);
  });
});
