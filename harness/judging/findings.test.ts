import { describe, expect, it } from 'vitest';
import { historyBuilder, judged } from '../checks/history-builder.ts';
import { examplesMax } from './findings.ts';

describe('findings', () => {
  it('group by rule and route, the gravest rule first, then the most frequent', () => {
    const builder = historyBuilder()
      .does(1, 'view-history', { sees: [[2, 'title']], exchange: { route: '/rare' } })
      .does(1, 'view-history', {
        sees: [
          [2, 'title'],
          [3, 'title'],
        ],
      })
      .does(1, 'watch', { sees: [[2, 'recording', 1]] })
      .does(1, 'watch', { sees: [[2, 'recording', 2]] });
    expect(judged(builder).findings.map(({ rule, route, count }) => [rule, route, count])).toEqual([
      ['foreign-recording', 'GET /recordings/{id}/content', 2],
      ['foreign-listing', 'GET /me/history', 2],
      ['foreign-listing', 'GET /rare', 1],
    ]);
  });

  it('count owners, viewers and things apart, and each of them once', () => {
    const builder = historyBuilder();
    for (const viewer of [1, 1, 2])
      builder.does(viewer, 'view-history', {
        sees: [
          [3, 'title'],
          [4, 'title'],
        ],
      });
    expect(judged(builder).findings[0]).toMatchObject({ listed: 2, owners: 2, viewers: 2, count: 6 });
  });

  it('keep the first and a few examples of different people, and count on', () => {
    const builder = historyBuilder();
    for (let viewer = 10; viewer < 40; viewer++) {
      for (let i = 0; i < 3; i++) builder.does(viewer, 'view-history', { sees: [[2, 'title', i]] });
    }
    const [finding] = judged(builder).findings;
    expect(finding?.count).toBe(90);
    expect(finding?.first.viewer).toBe(10);
    expect(finding?.examples).toHaveLength(examplesMax);
    expect(new Set(finding?.examples.map(({ viewer }) => viewer)).size).toBe(examplesMax);
  });

  it('take for the first what was seen first, not what began first', () => {
    const builder = historyBuilder()
      .does(1, 'view-history', { at: 0, sees: [[2, 'title']], exchange: { startedAt: 10_900 } })
      .does(3, 'view-history', { at: 100, sees: [[2, 'title']] });
    const [finding] = judged(builder).findings;
    expect(finding?.first.viewer).toBe(3);
    expect(finding?.examples.map(({ viewer }) => viewer)).toEqual([1]);
  });

  it('tell it in one sentence', () => {
    const builder = historyBuilder()
      .phase('load', 0, 9_000)
      .fault('flush', 4_000, 5_000)
      .does(1, 'view-history', {
        at: 4_200,
        sees: [
          [2, 'title'],
          [3, 'title'],
        ],
      });
    expect(judged(builder).findings[0]?.summary).toBe(
      "2 patients' consultations stood on the lists of 1 other (GET /me/history), first 4.2 s into the load, while flush-kind was open, served by app-1 (v1).",
    );
  });

  it('name the fault that had just been healed, where none was open', () => {
    const late = (at: number) =>
      judged(
        historyBuilder()
          .phase('load', 0, 19_000)
          .fault('flush', 4_000, 5_000)
          .does(1, 'view-history', { at, sees: [[2, 'title']] }),
      ).findings[0];
    expect(late(6_900)).toMatchObject({
      summary: expect.stringContaining(', first 6.9 s into the load, just after flush-kind was healed, '),
      first: { faultsOpen: [], healedBefore: ['flush-kind'], window: 'recovery' },
    });
    const later = late(7_200);
    expect(later?.summary).toContain('while no fault was open');
    expect(later?.first.healedBefore).toBeUndefined();
  });

  it('stay bounded when a careless adapter puts ids into its routes', () => {
    const builder = historyBuilder();
    for (let i = 0; i < 2_000; i++)
      builder.does(1, 'watch', { sees: [[2, 'recording']], exchange: { route: `/r/${i}` } });
    const { findings } = judged(builder);
    expect(findings.length).toBeLessThan(600);
    expect(findings.reduce((sum, { count }) => sum + count, 0)).toBe(2_000);
  });
});
