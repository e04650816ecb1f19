// What holds for any history: made of random steps around one that passes.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judged, options, passingHistory, thisRun } from './checks/history-builder.ts';
import type { HistoryLine, Operation } from './history.ts';
import { judge } from './judge.ts';
import type { Verdict } from './verdict.ts';

const judgeLines = (lines: Iterable<HistoryLine>): Verdict => judge(lines, options);

const seenArbitrary = fc.tuple(
  fc.integer({ min: 1, max: 4 }),
  fc.constantFrom('surname', 'title', 'recording', 'file-name', 'note'),
  fc.integer({ min: 0, max: 2 }),
  fc.constantFrom(thisRun, thisRun - 1),
);
const stepArbitrary = fc.record({
  patient: fc.integer({ min: 1, max: 4 }),
  action: fc.constantFrom('view-history', 'watch', 'who-am-i', 'share', 'withdraw', 'sign-out', 'book', 'erase'),
  outcome: fc.constantFrom('ok', 'timeout', 'refused'),
  of: fc.integer({ min: 1, max: 4 }),
  item: fc.integer({ min: 0, max: 2 }),
  complete: fc.boolean(),
  at: fc.integer({ min: 0, max: 9_000 }),
  sees: fc.array(seenArbitrary, { maxLength: 3 }),
});

function historyOf(steps: readonly (typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never)[]) {
  const builder = passingHistory();
  for (const { patient, action, ...words } of steps)
    builder.does(patient, action as Operation['action'], words as never);
  return builder;
}

it('the order in which lines were written does not matter', () => {
  fc.assert(
    fc.property(
      fc.array(stepArbitrary, { maxLength: 25 }).chain((steps) => {
        const { lines } = historyOf(steps);
        const shuffled = fc.shuffledSubarray(lines, { minLength: lines.length });
        return fc.tuple(fc.constant(lines), shuffled);
      }),
      ([lines, shuffled]) => {
        expect(judgeLines(shuffled)).toEqual(judgeLines(lines));
      },
    ),
    { numRuns: 100 },
  );
});

it('no clean operation turns a LEAK into anything else', () => {
  fc.assert(
    fc.property(fc.array(stepArbitrary, { maxLength: 25 }), fc.nat(9_000), fc.nat(3), (steps, at, patient) => {
      const builder = historyOf(steps);
      const before = judged(builder);
      builder.does(patient, 'view-history', { at, session: 'clean', sees: [[patient, 'title']] });
      fc.pre(before.verdict === 'LEAK');
      const after = judged(builder);
      expect(after.verdict).toBe('LEAK');
      expect(after.findings.length).toBeGreaterThanOrEqual(
        before.findings.filter((f) => f.rule !== 'misattributed-write').length,
      );
    }),
    { numRuns: 200 },
  );
});

it('any answer that holds another’s recording without a share is a LEAK', () => {
  fc.assert(
    fc.property(fc.array(stepArbitrary, { maxLength: 15 }), fc.nat(9_000), (steps, at) => {
      const builder = historyOf(steps).does(5, 'watch', { at, sees: [[6, 'recording']] });
      expect(judged(builder).findings.map((finding) => finding.rule)).toContain('foreign-recording');
    }),
    { numRuns: 50 },
  );
});
