import { expect, test } from 'vitest';
import { createCacheStore } from './cache-store.ts';
import { RespError } from './resp.ts';

const ok = { simple: 'OK' };

test('values live as long as they were told to', () => {
  let nowMs = 0;
  const store = createCacheStore(() => nowMs);
  expect(store.perform(['SET', 'a', '1', 'PX', '10'])).toEqual(ok);
  expect(store.perform(['SET', 'a', '2', 'PX', '10', 'NX'])).toBe(null);
  expect(store.perform(['GET', 'a'])).toBe('1');
  nowMs = 10;
  expect(store.perform(['GET', 'a'])).toBe(null);
  expect(store.perform(['SET', 'a', '2', 'NX'])).toEqual(ok);
  expect(store.perform(['PEXPIRE', 'a', '5'])).toBe(1);
  expect(store.perform(['PEXPIRE', 'b', '5'])).toBe(0);
  nowMs = 15;
  expect(store.perform(['MGET', 'a', 'b'])).toEqual([null, null]);
});

test('counting, removing, flushing', () => {
  const store = createCacheStore(() => 0);
  expect([store.perform(['INCR', 'n']), store.perform(['INCR', 'n'])]).toEqual([1, 2]);
  store.perform(['SET', 'x', 'word']);
  expect(store.perform(['INCR', 'x'])).toBeInstanceOf(RespError);
  expect(store.perform(['DEL', 'n', 'nothing'])).toBe(1);
  expect(store.perform(['FLUSHALL'])).toEqual(ok);
  expect([store.entryCount, store.flushCount, store.flushedEntryCount]).toEqual([0, 1, 1]);
  expect(store.perform(['PING'])).toEqual({ simple: 'PONG' });
  expect(store.perform(['EVAL', 'x'])).toBeInstanceOf(RespError);
});

test('the oldest leaves when there is no room', () => {
  const store = createCacheStore(() => 0, 2);
  for (const key of ['a', 'b', 'c']) store.perform(['SET', key, key]);
  expect(store.perform(['MGET', 'a', 'b', 'c'])).toEqual([null, 'b', 'c']);
});
