import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HistoryLine, Operation } from '../history.ts';
import { lineBatch } from './k6-lines.ts';

const operation = (id: string, action: Operation['action'], owner?: number): Operation => ({
  v: 1,
  t: 'operation',
  id,
  session: 's',
  lane: 0,
  scenario: 'x',
  patient: 1,
  action,
  startedAt: 1,
  endedAt: 2,
  outcome: 'ok',
  signedIn: 'yes',
  exchanges: [
    {
      method: 'GET',
      route: '/',
      startedAt: 1,
      ms: 1,
      status: 200,
      connection: 's#1',
      bodyBytes: 1,
      credentials: 'cookie',
      sightings:
        owner === undefined
          ? []
          : [{ run: 1, owner, kind: 'title', item: 0, where: 'body', offset: 0, encoding: 'plain', count: 1 }],
    },
  ],
});

const idsOf = (writes: readonly string[]): string[][] =>
  writes.map((text) => text.split('\n').map((line) => (JSON.parse(line) as Operation).id));

describe('lines on their way out of k6', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function written(...lines: readonly HistoryLine[]): string[][] {
    const writes: string[] = [];
    const batch = lineBatch((text) => void writes.push(text));
    for (const line of lines) batch.add(line);
    return idsOf(writes);
  }

  it('wait together while they only read and show nothing but own data', () => {
    expect(written(operation('1', 'view-history', 1), operation('2', 'watch'))).toEqual([]);
  });

  it("go at once, in order, with a stranger's data or a change of rights", () => {
    const before = operation('1', 'who-am-i');
    expect(written(before, operation('2', 'view-history', 2))).toEqual([['1', '2']]);
    expect(written(before, operation('2', 'share'))).toEqual([['1', '2']]);
    expect(written(before, { v: 1, t: 'skipped', session: 's', scenario: 'x', steps: 1, why: 'late' })).toHaveLength(1);
  });

  it('wait neither for ever nor in any number', () => {
    const writes: string[] = [];
    const batch = lineBatch((text) => void writes.push(text));
    batch.add(operation('1', 'watch'));
    vi.advanceTimersByTime(1_000);
    expect(idsOf(writes)).toEqual([['1']]);
    for (let i = 0; i < 100; i++) batch.add(operation(`${i}`, 'watch'));
    batch.flush();
    expect(idsOf(writes).flat()).toHaveLength(101);
    expect(Math.max(...idsOf(writes).map((ids) => ids.length))).toBeLessThanOrEqual(16);
    expect(vi.getTimerCount()).toBe(0);
  });
});
