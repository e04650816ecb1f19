// Wald's sequential test (1945) of one question: does this candidate still reproduce? It asks for one trial after another, and for no
// more than it takes. A candidate that reproduces in a share `often` of its trials is to be kept, one in a share `seldom` not.
import { percent, type Tally } from './interval.ts';

export interface SequentialTest {
  readonly often: number;
  readonly seldom: number;
  /** Probability of keeping one that reproduces in `seldom` of its trials, or fewer. */
  readonly keptWronglyMax: number;
  /** Probability of rejecting one that reproduces in `often` of its trials, or more. */
  readonly rejectedWronglyMax: number;
  /** After so many the likelier of the two is taken. */
  readonly trialsMax: number;
}

/** Of the whole plan that is cut down, a part of it should do nearly as well. */
const oftenMax = 0.9;
const oftenMin = 0.3;

const errors = { keptWronglyMax: 0.05, rejectedWronglyMax: 0.12 };

/** For parts of a plan that reproduced in `rate` of its trials. */
export function testFor(rate: number): SequentialTest {
  const often = Math.min(oftenMax, Math.max(oftenMin, rate));
  return { often, seldom: often / 3, ...errors, trialsMax: 14 };
}

const halfOftenMax = 0.7;

/** For a part of half its actions or fewer: a race that is played once instead of three times leaks more seldom, and is worth it. */
export function testForHalf(rate: number): SequentialTest {
  const often = Math.min(halfOftenMax, Math.max(oftenMin, rate));
  return { often, seldom: (often * 3) / 7, ...errors, trialsMax: 24 };
}

export type Decision = 'kept' | 'rejected' | 'undecided';

export function decide({ hits, trials }: Tally, test: SequentialTest): Decision {
  const { often, seldom, keptWronglyMax, rejectedWronglyMax, trialsMax } = test;
  const evidence = hits * Math.log(often / seldom) + (trials - hits) * Math.log((1 - often) / (1 - seldom));
  if (evidence >= Math.log((1 - rejectedWronglyMax) / keptWronglyMax)) return 'kept';
  if (evidence <= Math.log(rejectedWronglyMax / (1 - keptWronglyMax))) return 'rejected';
  if (trials < trialsMax) return 'undecided';
  return evidence > 0 ? 'kept' : 'rejected';
}

export function testsText({ often, seldom, keptWronglyMax, rejectedWronglyMax, trialsMax }: SequentialTest): string {
  const half = testForHalf(often);
  return `a candidate that reproduces in ${percent(seldom)} of its trials is kept with a probability of at most ${percent(keptWronglyMax)}, one that does in ${percent(often)} is rejected with at most ${percent(rejectedWronglyMax)} (${percent(half.seldom)} and ${percent(half.often)} where it is half as large or smaller); ${trialsMax} trials at most (${half.trialsMax})`;
}
