import { expect, test } from 'vitest';
import { createEdgeCache, storedBodyBytesMax } from './edge-cache.ts';

const answer = (body: string, headers: Record<string, string | string[]> = {}) => ({
  status: 200,
  headers,
  body: Buffer.from(body),
});
const kept = (lifetimeMs: number, ...vary: string[]) => ({ lifetimeMs, vary, keepsCookie: false });

test('an answer is found while it is fresh, with its age, and not after', () => {
  let nowMs = 0;
  const cache = createEdgeCache(() => nowMs);
  cache.store('/a', {}, answer('a'), kept(2_000));
  nowMs = 1_999;
  expect(cache.find('/a', {})?.ageSeconds).toBe(1);
  nowMs = 2_000;
  expect(cache.find('/a', {})).toBeUndefined();
});

test('answers that vary are told apart, large ones are not stored, changes invalidate', () => {
  const cache = createEdgeCache(() => 0);
  const keeping = kept(60_000, 'accept-language', 'accept');
  cache.store('/a', { 'accept-language': 'en' }, answer('hello'), keeping);
  cache.store('/a', { 'accept-language': 'fr' }, answer('bonjour'), keeping);
  expect(cache.find('/a', { 'accept-language': 'fr' })?.answer.body.toString()).toBe('bonjour');
  expect(cache.find('/a', { 'accept-language': 'en' })?.answer.body.toString()).toBe('hello');
  expect(cache.find('/a', {})).toBeUndefined();
  cache.store('/large', {}, answer('x'.repeat(storedBodyBytesMax + 1)), kept(60_000));
  expect(cache.find('/large', {})).toBeUndefined();
  cache.invalidate('/a');
  expect(cache.find('/a', { 'accept-language': 'en' })).toBeUndefined();
});

test('a cookie is stored only where that was wished for', () => {
  const cache = createEdgeCache(() => 0);
  const withCookie = answer('a', { 'set-cookie': ['sid=1'], 'content-type': 'text/css' });
  cache.store('/a', {}, withCookie, kept(1_000));
  cache.store('/b', {}, withCookie, { ...kept(1_000), keepsCookie: true });
  expect(cache.find('/a', {})?.answer.headers).toEqual({ 'content-type': 'text/css' });
  expect(cache.find('/b', {})?.answer.headers['set-cookie']).toEqual(['sid=1']);
});

test('a purge counts what was still fresh, variants too', () => {
  let nowMs = 0;
  const cache = createEdgeCache(() => nowMs);
  cache.store('/old', {}, answer('old'), kept(10));
  cache.store('/a', { accept: 'x' }, answer('x'), kept(1_000, 'accept'));
  cache.store('/a', { accept: 'y' }, answer('y'), kept(1_000, 'accept'));
  nowMs = 10;
  expect(cache.entryCount()).toBe(2);
  expect(cache.purge()).toBe(2);
  expect(cache.find('/a', { accept: 'x' })).toBeUndefined();
  expect([cache.entryCount(), cache.purge()]).toEqual([0, 0]);
});
