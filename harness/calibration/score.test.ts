import { describe, expect, it } from 'vitest';
import type { Trial } from './calibration.ts';
import { summarySchema } from './calibration.ts';
import { correctTrial, quietTrial, sampleSighting, sampleTrial } from './sample-trial.ts';
import { commonest, exitCodeOf, faultOf, isRight, median, scoreLine, summaryOf } from './score.ts';

const quietLog = { answers: 60, foreign: 0, missed: 0, invented: 0, miscounted: 0 };
const facts = [{ id: 'pool-desync', incident: 'A service, 2023', link: 'https://example.org/a' }];
const summarise = (trials: readonly Trial[]) => summaryOf(trials, facts, () => 'nobody hangs up');

describe('a trial is right', () => {
  it.each([
    ['a LEAK by a rule that must ring', sampleTrial(), true],
    ['a LEAK by another rule', sampleTrial({ rules: ['missing-own', 'anonymous'] }), false],
    ['a LEAK by any rule where none is asked for', sampleTrial({ rings: [], rules: ['anonymous'] }), true],
    ['the rule rang, but it was no LEAK', sampleTrial({ verdict: 'INCONCLUSIVE' }), false],
    ['a trial with the trigger that broke down', sampleTrial({ verdict: 'ERROR' }), false],
    ['silence without the trigger', quietTrial(), true],
    ['a LEAK without the trigger', quietTrial({ verdict: 'LEAK' }), false],
    ['silence because it broke down', quietTrial({ verdict: 'ERROR' }), false],
    ['silence because nothing was done', quietTrial({ operations: 0 }), false],
    ['silence that says nothing', quietTrial({ idle: 'cache-flush did not bite' }), false],
    ['a find that the log knows nothing of', sampleTrial({ log: { ...quietLog, answers: 0 } }), false],
    ['a PASS of the correct clinic', correctTrial(), true],
    ['a PASS with a warning', correctTrial({ findings: 1, rules: ['missing-own'] }), false],
    ['an inconclusive drill of the correct clinic', correctTrial({ verdict: 'INCONCLUSIVE' }), false],
  ])('%s: %s', (_, trial, right) => {
    expect(isRight(trial)).toBe(right);
  });
});

describe('the score', () => {
  it('counts a bug only when every seed found it', () => {
    const summary = summarise([
      sampleTrial({ seed: '1' }),
      sampleTrial({ seed: '2', verdict: 'PASS', rules: [], first: null }),
      sampleTrial({ bug: 'call-switch' }),
      sampleTrial({ bug: 'fail-open-filter' }),
    ]);
    expect(summary).toMatchObject({ bugsTried: 3, bugsFound: 2, scorePercent: 66.66 });
    expect(summary.bugs.map(({ bug, found, trials }) => [bug, found, trials])).toEqual([
      ['pool-desync', 1, 2],
      ['call-switch', 1, 1],
      ['fail-open-filter', 1, 1],
    ]);
    expect(summarySchema.parse(summary)).toEqual(summary);
  });

  it('keeps the topologies apart', () => {
    const summary = summarise([sampleTrial(), sampleTrial({ topology: 'real', verdict: 'PASS' })]);
    expect(summary).toMatchObject({ bugsTried: 2, bugsFound: 1, scorePercent: 50 });
  });

  it('is never rounded up to 100', () => {
    const bugs = Array.from({ length: 30_000 }, (_, index) => sampleTrial({ bug: `bug-${index}` }));
    const summary = summarise([...bugs, sampleTrial({ bug: 'missed', verdict: 'PASS' })]);
    expect(summary.scorePercent).toBe(99.99);
  });

  it('says by what and how soon a bug was found, and how it went without its trigger', () => {
    const late = { ...sampleSighting, afterMs: 3_000, afterOperations: 90, faultsOpen: ['cache-slow'] };
    const [row] = summarise([
      sampleTrial({ seed: '1' }),
      sampleTrial({ seed: '2', first: late, rules: ['session-swap', 'foreign-listing'] }),
      sampleTrial({ seed: '3', first: late }),
      quietTrial(),
    ]).bugs;
    expect(row).toEqual({
      bug: 'pool-desync',
      topology: 'embedded',
      incident: 'A service, 2023',
      link: 'https://example.org/a',
      trials: 3,
      found: 3,
      rule: 'foreign-listing',
      scenario: 'same-instant',
      fault: 'cache-slow',
      rules: ['foreign-listing', 'missing-own', 'session-swap'],
      medianAfterMs: 3_000,
      medianAfterOperations: 90,
      without: { lacks: 'nobody hangs up', trials: 1, found: 0 },
    });
  });

  it('leaves out of "without its trigger" what broke down, and names it', () => {
    const summary = summarise([sampleTrial(), quietTrial({ verdict: 'ERROR', reasons: ['the clinic did not start'] })]);
    expect(summary).toMatchObject({ withoutTrigger: 0, foundWithoutTrigger: 0 });
    expect(summary.undecided).toEqual(['pool-desync, without its trigger, seed 1: ERROR (the clinic did not start)']);
    expect(summary.bugs[0]?.without).toBeNull();
  });

  it('takes silence for none where nothing could be heard', () => {
    const idle = summarise([sampleTrial(), quietTrial({ idle: 'cache-flush did not bite' })]);
    expect(idle).toMatchObject({ withoutTrigger: 0, foundWithoutTrigger: 0 });
    expect(idle.undecided).toEqual([
      'pool-desync, without its trigger, seed 1: INCONCLUSIVE (cache-flush did not bite)',
    ]);
    expect(summarise([sampleTrial(), quietTrial({ idle: 'anything', verdict: 'LEAK' })]).foundWithoutTrigger).toBe(1);
    const unread = summarise([correctTrial({ log: { ...quietLog, answers: 0 } })]);
    expect(unread.undecided.join()).toContain("none of its answers is in the clinic's log");
  });

  it('adds up the drills of the correct clinic', () => {
    const summary = summarise([
      correctTrial(),
      correctTrial({ seed: '2', verdict: 'LEAK', findings: 3 }),
      correctTrial({ seed: '3', verdict: 'INCONCLUSIVE', reasons: ['cache-slow did not bite'] }),
    ]);
    expect(summary).toMatchObject({ scorePercent: null, falseAlarms: 3, correctOperations: 27_000 });
    expect(summary.correct).toEqual([
      {
        drill: 'every fault',
        topology: 'embedded',
        trials: 3,
        passed: 1,
        falseAlarms: 3,
        operations: 27_000,
        opportunities: 30,
      },
    ]);
    expect(summary.undecided).toEqual(['correct clinic, every fault, seed 3: INCONCLUSIVE (cache-slow did not bite)']);
  });
});

describe('the exit code', () => {
  const code = (trials: readonly Trial[], threshold = 100, complete = true) =>
    exitCodeOf(summarise(trials), threshold, complete);

  it('is 0 only when all is found, nothing is alleged, and nothing is missing', () => {
    expect(code([sampleTrial(), quietTrial(), correctTrial()])).toBe(0);
    expect(code([sampleTrial(), quietTrial(), correctTrial()], 100, false)).toBe(2);
    expect(code([sampleTrial(), correctTrial({ verdict: 'INCONCLUSIVE' })])).toBe(2);
    expect(code([sampleTrial(), quietTrial({ verdict: 'ERROR' })])).toBe(2);
  });

  it('is 2 where nothing was tried', () => {
    expect(code([])).toBe(2);
  });

  it('is 1 below the threshold, for a false alarm, and for a bug found without its trigger', () => {
    const half = [sampleTrial(), sampleTrial({ bug: 'call-switch', verdict: 'PASS' })];
    expect(code(half)).toBe(1);
    expect(code(half, 50)).toBe(0);
    expect(code([sampleTrial(), correctTrial({ findings: 1 })], 0)).toBe(1);
    expect(code([sampleTrial(), quietTrial({ verdict: 'LEAK' })], 0)).toBe(1);
  });
});

it('ends with the score in one line', () => {
  const summary = summarise([sampleTrial(), quietTrial(), correctTrial()]);
  expect(scoreLine(summary, 100)).toBe(
    'Detection score: 100.00 % (1 of 1 bugs, threshold 100 %); 0 of 1 found without the trigger; 0 false alarms in 9,000 operations',
  );
  expect(scoreLine(summarise([]), 100)).toBe('Detection score: none, for no bug was tried');
});

it('names the fault of a sighting: those open, or else those just healed', () => {
  expect(faultOf({ ...sampleSighting, faultsOpen: ['cache-slow', 'deploy-restart'] })).toBe(
    'cache-slow + deploy-restart',
  );
  expect(faultOf({ ...sampleSighting, window: 'recovery', healedBefore: ['cache-flush'] })).toBe('after cache-flush');
  expect(faultOf(sampleSighting)).toBe('none');
});

it('finds the middle and the commonest', () => {
  expect([median([]), median([3, 1, 2]), median([10, 9])]).toEqual([null, 2, 10]);
  expect([commonest([]), commonest(['a', 'b', 'b']), commonest(['a', 'b'])]).toEqual([null, 'b', 'a']);
});
