// What the adapter did wrong, told from tiny histories: each doubt beside the nearest history that must not have it.
import { describe, expect, it } from 'vitest';
import { type HistoryBuilder, judged, passingHistory } from '../checks/history-builder.ts';
import { neverCameBack } from '../drivers/client.ts';
import type { Operation } from '../history.ts';

type Words = Pick<Operation, 'outcome'> & Partial<Operation>;

/** So many attempts at an action that nothing else of the history depends on. */
function attempts(...outcomes: Words[]): HistoryBuilder {
  const builder = passingHistory();
  for (const [at, words] of outcomes.entries()) builder.does(1, 'slots', { at: 9_000 + at, ...words });
  return builder;
}

const failed: Words = { outcome: 'adapter-error', detail: 'slots (a.ts:4): no such field' };
const lenient = { errorRateMax: 0.9 };

describe('an action of the adapter’s', () => {
  it('that never worked is a doubt, with its commonest error', () => {
    const other: Words = { ...failed, detail: 'slots (a.ts:9): another' };
    const { verdict, reasons } = judged(attempts(other, failed, failed), lenient);
    expect(verdict).toBe('INCONCLUSIVE');
    expect(reasons).toEqual([
      "The adapter's slots never worked, so what it does is untested: all 3 attempts ended in an error of the adapter, most often slots (a.ts:4): no such field (2 times)",
    ]);
  });

  it('that never came back is one too', () => {
    const hung: Words = { outcome: 'timeout', detail: `slots (a.ts:4): ${neverCameBack} 20000 ms` };
    expect(judged(attempts(hung, hung, hung), lenient).verdict).toBe('INCONCLUSIVE');
  });

  it.each<[string, Words[]]>([
    ['worked once', [failed, failed, failed, { outcome: 'ok' }]],
    ['was tried only twice', [failed, failed]],
    [
      'met a target that did not answer',
      Array.from({ length: 3 }, () => ({ outcome: 'timeout', detail: 'GET /slots: no whole answer' })),
    ],
  ])('that %s is none', (_, outcomes) => {
    expect(judged(attempts(...outcomes), lenient).verdict).toBe('PASS');
  });

  it('that failed now and then is a warning', () => {
    const { warnings } = judged(attempts(failed, { outcome: 'ok' }), lenient);
    expect(warnings).toContain(
      'The adapter failed in 1 of 2 attempts at slots, most often slots (a.ts:4): no such field (1 times)',
    );
  });
});

describe('everybody as one', () => {
  const shown = (...pairs: (readonly [viewer: number, owner: number])[]): string => {
    const builder = passingHistory();
    const lines = builder.lines.filter((line) => line.t !== 'operation' || line.alarm === true);
    builder.lines.splice(0, builder.lines.length, ...lines);
    for (const [at, [viewer, owner]] of pairs.entries())
      builder.does(viewer, 'who-am-i', { at: 3_000 + at, sees: [[owner, 'surname']] });
    return judged(builder).warnings.join('\n');
  };

  it('is said where all saw the same one, and not where one saw their own', () => {
    expect(shown([1, 0], [2, 0], [3, 0])).toContain("All 3 patients who were shown anything were shown patient 0's");
    expect(shown([0, 0], [2, 0], [3, 0])).toContain('All 3 patients');
    expect(shown([1, 0], [2, 0], [3, 3])).not.toContain('All 3 patients');
    expect(shown([1, 0], [2, 0])).not.toContain('All 2 patients');
  });
});
