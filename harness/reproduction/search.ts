// The whole search: from a recorded violation to a small plan with a rate. First the nearest neighbourhood that leaks again, then cutting
// down, then fresh trials of what is left; where those disappoint, of the plan before it.
import { type ActionKind, actionKinds, type PlannedFault } from '../plan.ts';
import type { Finding } from '../verdict.ts';
import { type ExplicitPlan, isDeed, sizeText } from './explicit-plan.ts';
import type { Tally } from './interval.ts';
import { BudgetSpent, type Judged, judgeByTrials, rateOf, type TrialHolder } from './judge-by-trials.ts';
import { neighbourhoodsOf, type Recorded } from './neighbourhood.ts';
import { recordedOrder } from './recorded-order.ts';
import { type Reenactment, reenactmentsOf } from './reenactment.ts';
import { type SequentialTest, testFor, testForHalf } from './sequential.ts';
import { type Judge, shrink } from './shrink.ts';
import { whileSlow } from './slower.ts';
import { candidateKey, type Seen } from './trial-log.ts';

export interface SearchInput extends Recorded {
  /** A fault of the run that slows things down, where it may be used to make a race surer. */
  readonly slow?: PlannedFault | undefined;
  readonly finding: Finding;
  /** For cutting down. */
  readonly holder: TrialHolder;
  /** For the last trials, which have time of their own. */
  readonly lastHolder: TrialHolder;
  say(line: string): void;
}

export type Found =
  | {
      readonly kind: 'small';
      readonly plan: ExplicitPlan;
      readonly rate: Tally;
      readonly test: SequentialTest;
      readonly finished: boolean;
    }
  | { readonly kind: 'nothing'; readonly why: string };

const lastTrials = 12;
/** What to begin with need not leak as surely as what is cut out of it. */
const startOften = 0.75;
const enough = 0.5;
/** Below this it is tried whether it is surer while things are slow, and taken if it is so by so much. */
const sure = 0.75;
const worthAFault = 1 / 3;
/** Plans before the smallest that are tried where it disappoints. */
const fallbacksMax = 2;
/** The first violation of a finding may have been luck; others may be likelier. */
const violationsMax = 3;

export async function search(input: SearchInput): Promise<Found> {
  const { say } = input;
  const start = await startOf(input);
  if (start === null) {
    const why = input.holder.spent()
      ? 'the budget was spent before it leaked again: the same command goes on'
      : 'it did not leak again in any of the trials, so there is nothing that could be cut down';
    return { kind: 'nothing', why };
  }
  const { slow } = input;
  const kept: ExplicitPlan[] = [start.plan];
  let finished = true;
  try {
    await shrink(start.plan, {
      judge: judgeFrom(start, input),
      kept: (plan) => kept.push(plan),
      ...seenIn(input.finding),
      ...(slow && { slow }),
      pairs: start.seen,
    });
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    finished = false;
    say('the time for cutting down is over: what was found by now stands');
  }
  const best = await bestOf(kept, input);
  return { kind: 'small', ...best, test: testFor(start.rate), finished };
}

/** The verdict's action is a text, for it comes from a file. */
function seenIn({ first }: Finding): { readonly seenIn?: ActionKind } {
  const kind = actionKinds.find((each) => each === first.action);
  return kind === undefined ? {} : { seenIn: kind };
}

interface Start {
  readonly plan: ExplicitPlan;
  readonly rate: number;
  readonly seen: readonly Seen[];
}

/** The nearest that leaks again most of the time; else the one that does so most often. Null: none did at all. */
async function startOf(input: SearchInput): Promise<Start | null> {
  const test = testFor(startOften);
  let best: (Start & { readonly hits: number }) | null = null;
  for (const { name, plan } of startsOf(input)) {
    const judged = await decisionOn(plan, test, input).catch((error: unknown) => {
      if (error instanceof BudgetSpent) return null;
      throw error;
    });
    if (judged === null) break;
    tell(input, name, plan, judged);
    const rate = judged.trials === 0 ? 0 : judged.hits / judged.trials;
    const found = { plan, rate, seen: judged.seen, hits: judged.hits };
    if (judged.decision === 'kept') return found;
    if (judged.hits > 0 && (best === null || rate > best.rate)) best = found;
  }
  return best;
}

/** The first moment played over; what lay nearest around the first ones; those after the first played over; what lay farther around. */
function startsOf({ whole, lines, finding }: SearchInput): Reenactment[] {
  const violations = [finding.first, ...finding.examples]
    .filter(({ operation }, at, all) => all.findIndex((each) => each.operation === operation) === at)
    .slice(0, violationsMax);
  const hoods = violations.map((violation) => neighbourhoodsOf({ whole, lines }, violation));
  const again = violations.map((violation) => reenactmentsOf({ whole, lines }, violation));
  const inBothWays = hoods.map((each) =>
    each.map((hood): readonly Reenactment[] => [
      hood,
      { name: `${hood.name}, in the recorded order`, plan: recordedOrder(hood, whole, lines) },
    ]),
  );
  const all = [
    ...(again[0] ?? []),
    ...inBothWays.flatMap(([nearest = []]) => nearest),
    ...again.slice(1).flat(),
    ...(inBothWays[0] ?? []).slice(1).flat(),
  ];
  const seen = new Set<string>();
  return all.filter(
    ({ plan }) => plan.sessions.length > 0 && !seen.has(candidateKey(plan)) && seen.add(candidateKey(plan)),
  );
}

/** Nearly nothing may be lost by a cut, for the next is made out of what it left; something by one that takes away half. */
export function judgeFrom(start: Pick<Start, 'plan' | 'rate'>, input: Pick<SearchInput, 'holder' | 'say'>): Judge {
  let { rate } = start;
  let count = deedCount(start.plan);
  return async (plan, what) => {
    const isHalf = 2 * deedCount(plan) <= count;
    const judged = await decisionOn(plan, isHalf ? testForHalf(rate) : testFor(rate), input);
    tell(input, what, plan, judged);
    if (judged.decision === 'rejected') return false;
    count = deedCount(plan);
    if (isHalf) rate = Math.min(rate, Math.max(enough, judged.hits / judged.trials));
    return true;
  };
}

const deedCount = ({ sessions }: ExplicitPlan): number =>
  sessions.reduce((sum, { steps }) => sum + steps.filter(isDeed).length, 0);

/** No candidate is judged twice: the log has its trials. */
const decisionOn = (
  plan: ExplicitPlan,
  test: SequentialTest,
  { holder }: Pick<SearchInput, 'holder'>,
): Promise<Judged> => judgeByTrials(plan, test, holder);

function tell(
  { holder, say }: Pick<SearchInput, 'holder' | 'say'>,
  what: string,
  plan: ExplicitPlan,
  judged: Judged,
): void {
  const { decision, hits, trials, why } = judged;
  holder.log.step({ what, decision, candidate: candidateKey(plan), hits, trials, size: sizeText(plan), plan });
  say(
    `${decision === 'kept' ? '✓' : '·'} ${what}: ${why ? `could not be performed (${why})` : `${hits} of ${trials}`}${decision === 'kept' ? ` → ${sizeText(plan)}` : ''}`,
  );
}

/** What it ends with, and how often that shows in trials held for nothing else. */
export async function bestOf(
  kept: readonly ExplicitPlan[],
  { lastHolder, say, slow }: Pick<SearchInput, 'lastHolder' | 'say' | 'slow'>,
): Promise<{ plan: ExplicitPlan; rate: Tally }> {
  const candidates = kept.toReversed().slice(0, 1 + fallbacksMax);
  let best: { plan: ExplicitPlan; rate: Tally } | null = null;
  for (const plan of candidates) {
    const rate = await rateOf(plan, lastTrials, lastHolder);
    say(`${sizeText(plan)}: ${rate.hits} of ${rate.trials} fresh trials`);
    if (best === null || share(rate) > share(best.rate)) best = { plan, rate };
    if (share(rate) >= enough || rate.trials < lastTrials) break;
  }
  const surer =
    best && slow && best.plan.sessions.length > 1 && share(best.rate) < sure ? whileSlow(best.plan, slow) : null;
  if (best && surer) {
    const tried = await rateOf(surer, lastTrials, lastHolder);
    say(`${sizeText(surer)}: ${tried.hits} of ${tried.trials} trials`);
    if (tried.trials === lastTrials && share(tried) - share(best.rate) >= worthAFault) {
      // Those by which it was chosen flatter it.
      const rate = await rateOf(surer, lastTrials, lastHolder, 'rate of the chosen');
      say(`${sizeText(surer)}: ${rate.hits} of ${rate.trials} fresh trials`);
      if (rate.trials > 0) best = { plan: surer, rate };
    }
  }
  return best ?? { plan: kept.at(-1) as ExplicitPlan, rate: { hits: 0, trials: 0 } };
}

const share = ({ hits, trials }: Tally): number => (trials === 0 ? 0 : hits / trials);
