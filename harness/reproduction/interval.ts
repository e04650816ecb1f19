// How sure one may be of a rate after so many trials, and how many trials in a row must be clean to believe that it is gone.

export interface Tally {
  readonly hits: number;
  readonly trials: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, two-sided 95 %. */
const z95 = 1.959964;

/** Wilson's score interval (1927): honest for few trials and for rates near 0 and 1. Without a trial nothing is known: 0 to 1. */
export function interval95({ hits, trials }: Tally): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const rate = hits / trials;
  const z2 = z95 ** 2;
  const centre = rate + z2 / (2 * trials);
  const spread = z95 * Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials ** 2));
  const scale = 1 + z2 / trials;
  return {
    low: hits === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    high: hits === trials ? 1 : Math.min(1, (centre + spread) / scale),
  };
}

/**
 * How many clean trials in a row a bug that shows in a share `rate` of them passes with a probability of at most 5 %. Null: it hardly
 * ever shows, and no number of trials says anything.
 */
export function cleanTrialsNeeded(rate: number): number | null {
  if (!(rate > 0)) return null;
  if (rate >= 1) return 1;
  return Math.ceil(Math.log(0.05) / Math.log1p(-rate));
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** As in `7 of 20 trials (35 %; 95 % interval 18 % to 57 %)`. */
export function tallyText(tally: Tally): string {
  const { low, high } = interval95(tally);
  const { hits, trials } = tally;
  if (trials === 0) return 'no trial could be held';
  return `${hits} of ${trials} trials (${percent(hits / trials)}; 95 % interval ${percent(low)} to ${percent(high)})`;
}
