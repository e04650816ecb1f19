// Whether a bug is gone: so many clean trials in a row that one which showed as often as before would have shown by now with 95 %
// probability. One that leaks decides at once; what proves nothing is not counted.
import { cleanTrialsNeeded, type Interval } from './interval.ts';
import type { Outcome } from './outcome.ts';

export interface ConfirmInput {
  /** How often it showed before, as an interval: the lower end is what is relied on. */
  readonly before: Interval;
  hold(): Promise<{ readonly outcome: Outcome; readonly ms: number }>;
  /** No trial may begin any more. */
  spent(): boolean;
  /** Null: as many as are needed. */
  readonly trialsMax: number | null;
  told(trial: number, needed: number, what: string, ms: number): void;
}

export type Confirmation =
  | { readonly kind: 'fixed'; readonly clean: number }
  | { readonly kind: 'not fixed'; readonly why: string; readonly clean: number }
  | { readonly kind: 'not yet known'; readonly why: string; readonly clean: number; readonly needed: number | null };

/** So many in a row that prove nothing: something else is wrong. */
const uselessMax = 5;

export async function confirm({ before, hold, spent, trialsMax, told }: ConfirmInput): Promise<Confirmation> {
  const needed = cleanTrialsNeeded(before.low);
  if (needed === null) {
    const why = 'how often it showed before is not known well enough: it may have been hardly ever';
    return { kind: 'not yet known', why, clean: 0, needed };
  }
  let clean = 0;
  let useless = 0;
  for (let trial = 1; clean < needed; trial++) {
    const short = (why: string): Confirmation => ({ kind: 'not yet known', why, clean, needed });
    if (trialsMax !== null && trial > trialsMax) return short(`${trialsMax} trials were allowed`);
    if (spent()) return short('the budget is spent');
    const { outcome, ms } = await hold();
    const { counts, what } = meaningOf(outcome);
    told(trial, needed, what, ms);
    if (counts === 'leak') return { kind: 'not fixed', why: what, clean };
    if (counts === 'nothing' && spent()) return short('the budget is spent');
    useless = counts === 'nothing' ? useless + 1 : 0;
    if (useless >= uselessMax) return short(`${useless} trials in a row proved nothing: ${what}`);
    if (counts === 'clean') clean += 1;
  }
  return { kind: 'fixed', clean };
}

function meaningOf(outcome: Outcome): { readonly counts: 'leak' | 'clean' | 'nothing'; readonly what: string } {
  if (outcome.kind === 'reproduced') return { counts: 'leak', what: 'it leaked again' };
  if (outcome.kind === 'void') return { counts: 'nothing', what: outcome.why };
  if (outcome.others.length > 0) return { counts: 'leak', what: `it leaked otherwise (${outcome.others.join('; ')})` };
  if (outcome.doubts.length > 0) return { counts: 'nothing', what: outcome.doubts.join('; ') };
  return { counts: 'clean', what: 'clean' };
}
