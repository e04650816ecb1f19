import { expect, test } from 'vitest';
import { createEdgeCache, lifetimeMsOf, mayUseCache } from './edge-cache.ts';

const answer = (headers: Record<string, string>, body = 'body') => ({ status: 200, headers, body: Buffer.from(body) });

test.each([
  ['public, max-age=60', 60_000],
  ['public, s-maxage=5, max-age=60', 5_000],
  ['Public, Max-Age=60', 60_000],
  ['max-age=60', 0],
  ['public', 0],
  ['public, max-age=0', 0],
  ['public, max-age=soon', 0],
  ['private, max-age=60', 0],
  ['private, no-store', 0],
  ['public, no-store, max-age=60', 0],
  ['public, no-cache, max-age=60', 0],
])('cache-control "%s" allows %i ms', (control, lifetimeMs) => {
  expect(lifetimeMsOf(200, { 'cache-control': control })).toBe(lifetimeMs);
});

test('no word on caching, an error, a session value or Vary: * are kept by nobody', () => {
  const control = { 'cache-control': 'public, max-age=60' };
  expect(lifetimeMsOf(200, {})).toBe(0);
  expect(lifetimeMsOf(404, control)).toBe(0);
  expect(lifetimeMsOf(200, { ...control, 'set-cookie': ['sid=1'] })).toBe(0);
  expect(lifetimeMsOf(200, { ...control, vary: '*' })).toBe(0);
});

test('requests with a token, for a part, past the cache, or that change something, go to the origin', () => {
  expect(mayUseCache('GET', {})).toBe(true);
  expect(mayUseCache('POST', {})).toBe(false);
  expect(mayUseCache('GET', { authorization: 'Bearer x' })).toBe(false);
  expect(mayUseCache('GET', { range: 'bytes=0-1' })).toBe(false);
  expect(mayUseCache('GET', { 'cache-control': 'no-cache' })).toBe(false);
});

test('an answer is found while it is fresh, with its age, and not after', () => {
  let nowMs = 0;
  const cache = createEdgeCache(() => nowMs);
  cache.store('/a', {}, answer({ 'cache-control': 'public, max-age=2' }));
  nowMs = 1_999;
  expect(cache.find('/a', {})?.ageSeconds).toBe(1);
  nowMs = 2_000;
  expect(cache.find('/a', {})).toBeUndefined();
});

test('answers that vary are told apart, personal ones are never stored, changes invalidate', () => {
  const cache = createEdgeCache(() => 0);
  const control = { 'cache-control': 'public, max-age=60', vary: 'Accept-Language, Accept' };
  cache.store('/a', { 'accept-language': 'en' }, answer(control, 'hello'));
  cache.store('/a', { 'accept-language': 'fr' }, answer(control, 'bonjour'));
  expect(cache.find('/a', { 'accept-language': 'fr' })?.answer.body.toString()).toBe('bonjour');
  expect(cache.find('/a', { 'accept-language': 'en' })?.answer.body.toString()).toBe('hello');
  expect(cache.find('/a', {})).toBeUndefined();
  cache.store('/me', {}, answer({ 'cache-control': 'private, no-store' }));
  expect(cache.find('/me', {})).toBeUndefined();
  cache.invalidate('/a');
  expect(cache.find('/a', { 'accept-language': 'en' })).toBeUndefined();
});
