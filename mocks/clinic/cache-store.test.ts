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

test('a squeeze evicts at once and keeps the room small until it is given back', () => {
  const store = createCacheStore(() => 0, 4);
  for (const key of ['a', 'b', 'c', 'd']) store.perform(['SET', key, key]);
  store.squeeze(1);
  expect(store.perform(['MGET', 'a', 'b', 'c', 'd'])).toEqual([null, null, null, 'd']);
  store.perform(['SET', 'e', 'e']);
  expect([store.entryCount, store.evictedCount]).toEqual([1, 4]);
  store.squeeze(null);
  for (const key of ['a', 'b', 'c']) store.perform(['SET', key, key]);
  expect([store.entryCount, store.evictedCount]).toEqual([4, 4]);
});

test('a stale replica holds what was held then: later writes, counts, removals and flushes are lost', () => {
  let nowMs = 0;
  const store = createCacheStore(() => nowMs);
  store.perform(['SET', 'kept', 'old', 'PX', '100']);
  store.perform(['SET', 'gone', 'there']);
  store.perform(['INCR', 'n']);
  nowMs = 50;
  store.perform(['SET', 'kept', 'new']);
  store.perform(['SET', 'kept', 'newer']);
  store.perform(['DEL', 'gone', 'never there']);
  store.perform(['INCR', 'n']);
  store.perform(['SET', 'late', 'x']);
  nowMs = 60;
  store.perform(['FLUSHALL']);
  expect(store.goBack(20)).toBe(5 + 3);
  expect(store.perform(['MGET', 'kept', 'gone', 'n', 'late'])).toEqual(['old', 'there', '1', null]);
  nowMs = 100;
  expect(store.perform(['GET', 'kept'])).toBe(null);
  expect(store.goBack(90)).toBe(0);
});

test('an older change than the lag is no loss', () => {
  let nowMs = 0;
  const store = createCacheStore(() => nowMs);
  store.perform(['SET', 'a', '1']);
  nowMs = 50;
  expect(store.goBack(50)).toBe(0);
  expect(store.perform(['GET', 'a'])).toBe('1');
});

const [ann, ben] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];

test("a swap exchanges two owners' values of one kind, and nothing else", () => {
  const store = createCacheStore(() => 0);
  const entries: readonly (readonly [string, string])[] = [
    [`history:2:${ann}:1`, "ann's list"],
    [`history:2:${ann}:2`, "ann's newer list"],
    [`history:2:${ben}:1`, "ben's list"],
    [`session:${'a'.repeat(43)}`, JSON.stringify({ patientId: ann })],
    [`session:${'b'.repeat(43)}`, JSON.stringify({ patientId: ben })],
    [`card:${ann}`, "ann's card"],
    ['epoch', '7'],
  ];
  for (const [key, value] of entries) store.perform(['SET', key, value]);
  expect(store.swap()).toBe(2);
  const now = store.perform(['MGET', ...entries.map(([key]) => key)]);
  expect(now).toEqual([
    "ben's list",
    "ann's newer list",
    "ann's list",
    JSON.stringify({ patientId: ben }),
    JSON.stringify({ patientId: ann }),
    "ann's card",
    '7',
  ]);
});
