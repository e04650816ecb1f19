import { describe, expect, it } from 'vitest';
import type { Exchange } from '../history.ts';
import { broken, historyBuilder, judged, passingHistory } from './history-builder.ts';

function withHeaders(cacheHeaders: Record<string, string> | undefined, exchange: Partial<Exchange> = {}) {
  return historyBuilder().does(1, 'view-history', {
    sees: [[1, 'title']],
    exchange: { ...exchange, ...(cacheHeaders && { cacheHeaders }) },
  });
}

describe('what a shared cache may store (RFC 9111, section 3)', () => {
  it.each([
    ['no-store', 'max-age=60'],
    ['private, max-age=60', 'private="set-cookie", max-age=60'],
    ['No-Store', 'public'],
    ['private', 's-maxage=1'],
  ])('%s is safe, %s is not', (safe, unsafe) => {
    expect(broken(withHeaders({ 'cache-control': safe }))).toEqual([]);
    expect(broken(withHeaders({ 'cache-control': unsafe }))).toEqual(['latent']);
  });

  it('a cookie protects nothing, nor does a header of the product’s own; a bearer token does, unless the answer expressly permits it', () => {
    expect(broken(withHeaders({}))).toEqual(['latent']);
    expect(broken(withHeaders({}, { credentials: 'header' }))).toEqual(['latent']);
    const bearer = { credentials: 'authorization' } as const;
    expect(broken(withHeaders({}, bearer))).toEqual([]);
    expect(broken(withHeaders({ 'cache-control': 'max-age=60' }, bearer))).toEqual([]);
    expect(broken(withHeaders({ 'cache-control': 'public, max-age=60' }, bearer))).toEqual(['latent']);
  });

  it('goes by status and method where no lifetime is given', () => {
    expect(broken(withHeaders({}, { status: 500 }))).toEqual([]);
    expect(broken(withHeaders({ expires: 'Thu, 01 Dec 2033 16:00:00 GMT' }, { status: 500 }))).toEqual(['latent']);
    expect(broken(withHeaders({}, { method: 'POST' }))).toEqual([]);
    expect(broken(withHeaders({ vary: '*' }))).toEqual([]);
  });

  it('says nothing where the driver recorded no headers, or the answer is not personal', () => {
    expect(broken(withHeaders(undefined))).toEqual([]);
    const slots = historyBuilder().does(1, 'slots', { exchange: { cacheHeaders: { 'cache-control': 'public' } } });
    expect(broken(slots)).toEqual([]);
  });
});

it('a personal answer must not come out of a shared cache', () => {
  const safe = { 'cache-control': 'no-store' };
  expect(broken(withHeaders({ ...safe, age: '0', 'x-cache': 'miss', 'x-cache-status': 'edge; fwd=miss' }))).toEqual([]);
  expect(broken(withHeaders({ ...safe, age: '3' }))).toEqual(['latent']);
  expect(broken(withHeaders({ ...safe, 'x-cache': 'HIT from edge' }))).toEqual(['latent']);
  expect(broken(withHeaders({ ...safe, 'x-cache-status': 'edge; hit; ttl=3' }))).toEqual(['latent']);
});

it('is a warning, and under strict a leak', () => {
  const builder = () =>
    passingHistory().does(1, 'who-am-i', { at: 8_500, sees: [[1, 'surname']], exchange: { cacheHeaders: {} } });
  const verdict = judged(builder());
  expect(verdict.verdict).toBe('PASS');
  expect(verdict.warnings.join()).toContain('latent: 1 personal answer');
  expect(judged(builder(), { strict: true })).toMatchObject({ verdict: 'LEAK', exitCode: 1 });
});
