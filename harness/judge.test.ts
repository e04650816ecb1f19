import { describe, expect, it } from 'vitest';
import { historyBuilder, judged, options, passingHistory } from './checks/history-builder.ts';
import type { HistoryLine } from './history.ts';
import { judge } from './judge.ts';
import { type Verdict, verdictSchema } from './verdict.ts';

const judgeLines = (lines: Iterable<HistoryLine>): Verdict => judge(lines, options);

describe('PASS', () => {
  it('is earned by the smallest whole history, and says what it means', () => {
    const verdict = judged(passingHistory());
    expect(verdict).toMatchObject({ verdict: 'PASS', exitCode: 0, reasons: [], findings: [], operations: 8 });
    expect(verdict.alarm).toMatchObject({ passed: true });
    expect(verdict.meaning).toBe(
      'With 6 independent opportunities and no leak, the leak rate is below 40 % per opportunity at 95 % confidence; ' +
        'the thinnest window (steady) saw 2 of them, so there it is below 78 %.',
    );
    expect(() => verdictSchema.parse(verdict)).not.toThrow();
  });

  it('reads its lines once, from any iterable', () => {
    const lines = passingHistory().lines;
    expect(judgeLines(lines.values())).toEqual(judgeLines(lines));
  });
});

describe('LEAK', () => {
  it('outranks every doubt, and names who saw whose what', () => {
    const verdict = judged(
      historyBuilder()
        .fault('flush', 50, 400)
        .does(1, 'view-history', { at: 100, barrier: 'b', sees: [[2, 'title', 3]] }),
    );
    expect(verdict).toMatchObject({ verdict: 'LEAK', exitCode: 1 });
    expect(verdict.reasons[0]).toContain('foreign-listing');
    // The doubts that it outranks are told, but are not why.
    expect(verdict.reasons).toHaveLength(1);
    expect(verdict.warnings.length).toBeGreaterThan(0);
    expect(verdict.findings[0]?.first).toMatchObject({
      viewer: 1,
      owner: 2,
      item: 'title 3',
      route: 'GET /me/history',
      node: 'app-1',
      version: 'v1',
      faultsOpen: ['flush-kind'],
      window: 'flush',
      barrier: 'b',
    });
    expect(() => verdictSchema.parse(verdict)).not.toThrow();
  });

  it('counts the time to the first sighting from the beginning of the load', () => {
    const verdict = judged(passingHistory().does(1, 'watch', { at: 8_400, sees: [[2, 'recording']] }));
    expect(verdict.firstSightingAfterMs).toBe(8_400);
  });
});

it('says when the history is not one', () => {
  expect(() => judgeLines([])).toThrow(/no `run` line/);
});

it('warns of answers not scanned to the end, of what the adapter did not understand, and of steps left undone', () => {
  const builder = passingHistory()
    .does(1, 'slots', { at: 9_000, exchange: { partial: true } })
    .does(1, 'slots', { at: 9_000, outcome: 'aborted', exchange: { partial: true } })
    .does(1, 'slots', { at: 9_001, outcome: 'adapter-error', detail: 'not JSON' })
    .add({ v: 1, t: 'skipped', session: 's', scenario: 'test', steps: 4, why: 'late' });
  const verdict = judged(builder);
  for (const word of ['1 answers were not scanned', 'not JSON', '4 planned steps']) {
    expect(verdict.warnings.join('\n')).toContain(word);
  }
  expect(verdict.coverage.skippedSteps).toBe(4);
});

it('warns when nobody asked for what has another’s address', () => {
  const untested = 'whether an address alone opens it is untested';
  const warned = (builder: ReturnType<typeof passingHistory>): boolean =>
    judged(builder).warnings.some((warning) => warning.includes(untested));
  const posted = () => passingHistory().does(1, 'view-history', { at: 9_000, sees: [[1, 'title']], posts: 'link' });
  expect(warned(passingHistory())).toBe(true);
  expect(warned(posted().does(1, 'follow-link', { at: 9_500, board: 'link' }))).toBe(true);
  expect(warned(posted().does(2, 'follow-link', { at: 9_500, board: 'link', outcome: 'refused' }))).toBe(false);
  expect(warned(posted().does(null, 'follow-link', { at: 9_500, board: 'link', outcome: 'refused' }))).toBe(false);
  expect(warned(passingHistory().does(1, 'view-history', { at: 9_000, of: 2, outcome: 'refused' }))).toBe(false);
});

describe('a phase that failed', () => {
  const failing = (phase: 'seed' | 'unseed'): Verdict =>
    judged(
      passingHistory()
        .add({ v: 1, t: 'phase', phase, event: 'began', at: 30_000 })
        .add({ v: 1, t: 'phase', phase, event: 'ended', at: 31_000, failed: 'patient 4: 503' }),
    );

  it('is an error, for the drill could not be carried out', () => {
    expect(failing('seed')).toMatchObject({ verdict: 'ERROR', exitCode: 3, reasons: ['seed failed: patient 4: 503'] });
  });

  it('is a warning where only the people were left behind', () => {
    const verdict = failing('unseed');
    expect(verdict).toMatchObject({ verdict: 'PASS', reasons: [] });
    expect(verdict.warnings.join()).toMatch(/left behind on the target: patient 4: 503.*crosstalk heal/);
  });
});

it('adds what was never exercised to what the target cannot do', () => {
  const verdict = judged(passingHistory(), {
    notTested: ['action erase: the adapter has none'],
    scenariosPlanned: ['test', 'other'],
  });
  expect(verdict.coverage.notTested.slice(0, 2)).toEqual([
    'action erase: the adapter has none',
    'scenario other: planned, and none of it was performed',
  ]);
  expect(judged(passingHistory()).coverage.notTested).toEqual([]);
});
