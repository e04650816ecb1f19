import { expect, test } from 'vitest';
import { type BrakeLimits, brake } from './brake.ts';
import type { Operation } from './history.ts';

const operation = (endedAt: number, ms: number, outcome: Operation['outcome']): Operation =>
  ({ v: 1, t: 'operation', startedAt: endedAt - ms, endedAt, outcome, exchanges: [] }) as unknown as Operation;

/** The first reason, and after how many operations it was given; one every 100 ms. */
function firstReason(
  limits: Omit<BrakeLimits, 'windowMs'>,
  of: (index: number) => [ms: number, outcome: Operation['outcome']],
  count = 400,
): [string, number] | null {
  const feed = brake({ ...limits, windowMs: 5_000 });
  for (let index = 0; index < count; index++) {
    const why = feed(operation(1_000_000 + index * 100, ...of(index)));
    if (why !== null) return [why, index + 1];
  }
  return null;
}

test('stops when too many of the last moments failed, and only then', () => {
  const limits = { failedShareMax: 0.5 };
  expect(firstReason(limits, () => [20, 'ok'])).toBeNull();
  expect(firstReason(limits, (index) => [20, index % 3 === 0 ? 'failed' : 'ok'])).toBeNull();
  const [why, after] = firstReason(limits, (index) => [20, index < 200 ? 'ok' : 'connection-error']) ?? ['', 0];
  expect(why).toMatch(/^stopWhen: 2\d of (49|50) operations of the last 5 s failed, more than 50 %$/);
  expect(after).toBeGreaterThan(220);
  expect(after).toBeLessThan(240);
});

test('what the target refuses, and what a client broke off, is no failure', () => {
  expect(firstReason({ failedShareMax: 0.1 }, (index) => [20, index % 2 ? 'refused' : 'aborted'])).toBeNull();
});

test('stops when the slowest but five of a hundred are too slow', () => {
  const limits = { p95MaxMs: 1_000 };
  expect(firstReason(limits, (index) => [index % 50 === 0 ? 9_000 : 900, 'ok'])).toBeNull();
  expect(firstReason(limits, (index) => [index % 10 === 0 ? 9_000 : 900, 'ok'])?.[0]).toContain(
    '9000 ms, over 1000 ms',
  );
});

test('a handful of operations says nothing', () => {
  expect(firstReason({ failedShareMax: 0, p95MaxMs: 1 }, () => [9_000, 'failed'], 29)).toBeNull();
  expect(firstReason({ failedShareMax: 0 }, () => [1, 'failed'], 40)).not.toBeNull();
});

test('the memory has an end', () => {
  const feed = brake({ failedShareMax: 0.5, windowMs: 3_600_000 });
  for (let index = 0; index < 30_000; index++) expect(feed(operation(index, 1, 'ok'))).toBeNull();
});
