// The judge that shrinking asks: holds trials of a candidate until the sequential test has decided, writes each down, and takes those
// that were held before. Throws `BudgetSpent` when the time is up; what was found by then stands.
import type { ExplicitPlan } from './explicit-plan.ts';
import type { Tally } from './interval.ts';
import type { Outcome } from './outcome.ts';
import { type Decision, decide, type SequentialTest } from './sequential.ts';
import { candidateKey, type LoggedTrial, type Seen, type TrialLog } from './trial-log.ts';

export class BudgetSpent extends Error {
  override name = 'BudgetSpent';
}

export interface TrialHolder {
  hold(plan: ExplicitPlan): Promise<{ readonly outcome: Outcome; readonly ms: number }>;
  readonly log: TrialLog;
  /** No trial may begin any more. */
  spent(): boolean;
}

/** So many in a row that could not be held: the candidate can't be performed. */
const voidsMax = 3;

export interface Judged extends Tally {
  readonly decision: Exclude<Decision, 'undecided'>;
  /** The candidate could not be performed. */
  readonly why?: string;
  /** Of each trial that reproduced. */
  readonly seen: readonly Seen[];
}

export async function judgeByTrials(plan: ExplicitPlan, test: SequentialTest, holder: TrialHolder): Promise<Judged> {
  let tally: Tally = { hits: 0, trials: 0 };
  let voids = 0;
  const seen: Seen[] = [];
  for await (const trial of trialsOf(plan, holder)) {
    if (trial.outcome === 'void') {
      voids += 1;
      if (voids >= voidsMax) return { ...tally, seen, decision: 'rejected', ...(trial.why && { why: trial.why }) };
      continue;
    }
    voids = 0;
    if (trial.seen) seen.push(trial.seen);
    tally = { hits: tally.hits + (trial.outcome === 'reproduced' ? 1 : 0), trials: tally.trials + 1 };
    const decision = decide(tally, test);
    if (decision !== 'undecided') return { ...tally, seen, decision };
  }
  throw new BudgetSpent();
}

/**
 * A fixed number of trials, for a rate. Ends early when the time is up. Those held for another purpose don't count: by them the plan was
 * chosen, and they flatter it.
 */
export async function rateOf(
  plan: ExplicitPlan,
  trials: number,
  holder: TrialHolder,
  purpose = 'rate',
): Promise<Tally> {
  let tally: Tally = { hits: 0, trials: 0 };
  let voids = 0;
  for await (const { outcome } of trialsOf(plan, holder, purpose)) {
    if (outcome === 'void') voids += 1;
    else tally = { hits: tally.hits + (outcome === 'reproduced' ? 1 : 0), trials: tally.trials + 1 };
    if (tally.trials >= trials || voids >= voidsMax) break;
  }
  return tally;
}

/** Those of before first, then new ones until the time is up. */
async function* trialsOf(
  plan: ExplicitPlan,
  { hold, log, spent }: TrialHolder,
  purpose = 'choice',
): AsyncGenerator<LoggedTrial> {
  const candidate = `${purpose} ${candidateKey(plan)}`;
  yield* [...log.trialsOf(candidate)];
  while (!spent()) {
    const { outcome, ms } = await hold(plan);
    // What was broken off says nothing of the candidate, and is held again next time.
    if (spent() && outcome.kind === 'void') return;
    const trial: LoggedTrial = {
      candidate,
      outcome: outcome.kind,
      ms,
      ...(outcome.kind === 'void' && { why: outcome.why }),
      ...(outcome.kind === 'reproduced' && {
        seen: { viewer: outcome.violation.viewer, owner: outcome.violation.owner },
      }),
    };
    log.trial(trial);
    yield trial;
  }
}
