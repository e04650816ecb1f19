import { describe, expect, it } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { type Decision, decide, testFor, testForHalf, testsText } from './sequential.ts';

const test = testFor(0.9);
const half = testForHalf(0.9);

/** Holds trials of a bug that shows in a share `rate` of them, until it is decided. */
function hold(rate: number, seed: number, by = test): { readonly decision: Decision; readonly trials: number } {
  const dice = random('sequential', seed);
  let hits = 0;
  for (let trials = 1; ; trials++) {
    if (dice.between(1, 1_000_000) <= rate * 1_000_000) hits += 1;
    const decision = decide({ hits, trials }, by);
    if (decision !== 'undecided') return { decision, trials };
  }
}

const shareKept = (rate: number, by = test): number =>
  Array.from({ length: 4_000 }, (_, seed) => hold(rate, seed, by)).filter(({ decision }) => decision === 'kept')
    .length / 4_000;

describe('the sequential test', () => {
  it('keeps what always reproduces after three trials, and rejects what never does after two', () => {
    expect(hold(1, 1)).toEqual({ decision: 'kept', trials: 3 });
    expect(hold(0, 1)).toEqual({ decision: 'rejected', trials: 2 });
  });

  it('errs no more often than it says', () => {
    for (const each of [test, half]) {
      expect(shareKept(each.seldom, each)).toBeLessThanOrEqual(each.keptWronglyMax + 0.01);
      expect(1 - shareKept(each.often, each)).toBeLessThanOrEqual(each.rejectedWronglyMax + 0.01);
    }
  });

  it('lets a half leak more seldom than a cut, but not next to never', () => {
    expect(shareKept(0.6, half)).toBeGreaterThan(0.7);
    expect(shareKept(0.6, test)).toBeLessThan(0.5);
    expect(shareKept(0.4, half)).toBeLessThan(0.2);
  });

  it('comes to an end, even in the middle', () => {
    for (let seed = 0; seed < 200; seed++) expect(hold(0.45, seed).trials).toBeLessThanOrEqual(test.trialsMax);
  });

  it('asks less of a part where the whole reproduces seldom', () => {
    expect(testFor(0.4).often).toBe(0.4);
    expect(testFor(0.01).often).toBe(0.3);
    expect(decide({ hits: 4, trials: 10 }, testFor(0.4))).not.toBe('rejected');
  });

  it('says its errors', () => {
    expect(testsText(test)).toContain('30 % of its trials is kept with a probability of at most 5 %');
  });
});
