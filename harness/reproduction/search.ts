// The whole search: from a recorded violation to a small plan with a rate. First the nearest neighbourhood that leaks again, then cutting
// down, then fresh trials of what is left; where those disappoint, of the plan before it.
import type { Finding } from '../verdict.ts';
import { type ExplicitPlan, sizeText } from './explicit-plan.ts';
import type { Tally } from './interval.ts';
import { BudgetSpent, type Judged, judgeByTrials, rateOf, type TrialHolder } from './judge-by-trials.ts';
import { type Neighbourhood, neighbourhoodsOf, type Recorded } from './neighbourhood.ts';
import { recordedOrder } from './recorded-order.ts';
import { type SequentialTest, testFor } from './sequential.ts';
import { shrink } from './shrink.ts';
import { candidateKey } from './trial-log.ts';

export interface SearchInput extends Recorded {
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
const enough = 0.5;
/** Plans before the smallest that are tried where it disappoints. */
const fallbacksMax = 2;
/** The first violation of a finding may have been luck; others may be likelier. */
const violationsMax = 3;

export async function search(input: SearchInput): Promise<Found> {
  const { say } = input;
  const start = await startOf(input);
  if (start === null) {
    return {
      kind: 'nothing',
      why: 'it did not leak again in any of the trials, so there is nothing that could be cut down',
    };
  }
  const test = testFor(start.rate);
  const kept: ExplicitPlan[] = [start.plan];
  let finished = true;
  try {
    await shrink(
      start.plan,
      (plan, what) => asked(plan, what, test, input),
      (plan) => kept.push(plan),
    );
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    finished = false;
    say('the time for cutting down is over: what was found by now stands');
  }
  const best = await bestOf(kept, input);
  return { kind: 'small', ...best, test, finished };
}

interface Start {
  readonly plan: ExplicitPlan;
  readonly rate: number;
}

/** The nearest that leaks again most of the time; else the one that does so most often. Null: none did at all. */
async function startOf(input: SearchInput): Promise<Start | null> {
  const test = testFor(1);
  let best: (Start & { readonly hits: number }) | null = null;
  for (const { name, plan } of startsOf(input)) {
    const judged = await decisionOn(plan, test, input).catch((error: unknown) => {
      if (error instanceof BudgetSpent) return null;
      throw error;
    });
    if (judged === null) break;
    tell(input, name, plan, judged);
    const rate = judged.trials === 0 ? 0 : judged.hits / judged.trials;
    if (judged.decision === 'kept') return { plan, rate };
    if (judged.hits > 0 && (best === null || rate > best.rate)) best = { plan, rate, hits: judged.hits };
  }
  return best;
}

function startsOf({ whole, lines, finding }: SearchInput): Neighbourhood[] {
  const violations = [finding.first, ...finding.examples].slice(0, violationsMax);
  const hoods = violations.map((violation) => neighbourhoodsOf({ whole, lines }, violation));
  const inTurn = [...hoods.flatMap((each) => each.slice(0, 1)), ...(hoods[0] ?? []).slice(1)];
  const both = inTurn.flatMap((hood) => [
    hood,
    { name: `${hood.name}, in the recorded order`, plan: recordedOrder(hood.plan, whole, lines) },
  ]);
  const seen = new Set<string>();
  return both.filter(
    ({ plan }) => plan.sessions.length > 0 && !seen.has(candidateKey(plan)) && seen.add(candidateKey(plan)),
  );
}

async function asked(plan: ExplicitPlan, what: string, test: SequentialTest, input: SearchInput): Promise<boolean> {
  const judged = await decisionOn(plan, test, input);
  tell(input, what, plan, judged);
  return judged.decision === 'kept';
}

/** No candidate is judged twice: the log has its trials. */
const decisionOn = (plan: ExplicitPlan, test: SequentialTest, { holder }: SearchInput): Promise<Judged> =>
  judgeByTrials(plan, test, holder);

function tell({ holder, say }: SearchInput, what: string, plan: ExplicitPlan, judged: Judged): void {
  const { decision, hits, trials, why } = judged;
  holder.log.step({ what, decision, candidate: candidateKey(plan), hits, trials, size: sizeText(plan), plan });
  say(
    `${decision === 'kept' ? '✓' : '·'} ${what}: ${why ? `could not be performed (${why})` : `${hits} of ${trials}`}${decision === 'kept' ? ` → ${sizeText(plan)}` : ''}`,
  );
}

async function bestOf(
  kept: readonly ExplicitPlan[],
  { lastHolder, say }: SearchInput,
): Promise<{ plan: ExplicitPlan; rate: Tally }> {
  const candidates = kept.toReversed().slice(0, 1 + fallbacksMax);
  let best: { plan: ExplicitPlan; rate: Tally } | null = null;
  for (const plan of candidates) {
    const rate = await rateOf(plan, lastTrials, lastHolder);
    say(`${sizeText(plan)}: ${rate.hits} of ${rate.trials} fresh trials`);
    if (best === null || share(rate) > share(best.rate)) best = { plan, rate };
    if (share(rate) >= enough || rate.trials < lastTrials) break;
  }
  return best ?? { plan: kept.at(-1) as ExplicitPlan, rate: { hits: 0, trials: 0 } };
}

const share = ({ hits, trials }: Tally): number => (trials === 0 ? 0 : hits / trials);
