// `crosstalk shrink`: the smallest plan that still leaks, as a folder `repro` in the run's: a sentence, the plan, the exchanges, and a
// program that shows it by itself. Bounded by a budget; interrupted or out of time, it goes on where it was.
import path from 'node:path';
import type { Command } from 'commander';
import { plain } from '../../reports/text.ts';
import { messageOf } from '../faults/bounded.ts';
import { sizeText } from '../reproduction/explicit-plan.ts';
import { tallyText } from '../reproduction/interval.ts';
import type { TrialHolder } from '../reproduction/judge-by-trials.ts';
import { search } from '../reproduction/search.ts';
import { testsText } from '../reproduction/sequential.ts';
import { slowingIn } from '../reproduction/slower.ts';
import { openTrialLog } from '../reproduction/trial-log.ts';
import { type Wanted, wantedText } from '../reproduction/wanted.ts';
import { exitCodes } from '../verdict.ts';
import { onInterrupt } from './interrupt.ts';
import { durationMs } from './options.ts';
import { adminOfFaults } from './recorded-leak.ts';
import { drivenOtherwise, placeOf, type RunFlags, recordedRun, wholePlan, withRunFlags } from './recorded-run.ts';
import { openStand, type TrialStand } from './trial-stand.ts';
import { writeRepro } from './write-repro.ts';

const budgetDefaultMs = 600_000;
/** Of the budget, what is kept for the last trials, and for the folder with its programs, which are run. */
const lastShare = 0.2;
const lastMaxMs = 105_000;
const writingShare = 0.125;
/** However long the trials took: without a recorded leak there is no program. */
const writingMinMs = 15_000;

interface ShrinkFlags extends RunFlags {
  readonly budget?: number;
}

export function addShrink(program: Command, finish: (exitCode: number) => void): void {
  withRunFlags(program.command('shrink'))
    .description('cut a run that leaked down to the smallest plan that still leaks')
    .option('--budget <time>', 'how long it may take, such as 45s or 10m (default: 10m)', durationMs)
    .addHelpText(
      'after',
      '\nHeld trials are kept in <run>/shrink.ndjson: the same command goes on where it was.\nExit codes: 1 a small plan that leaks was found; 2 it did not leak again; 3 ERROR.\n\nExample:\n  $ npx crosstalk shrink runs/latest --budget 5m',
    )
    .action(async (named: string, flags: ShrinkFlags) => finish(await shrinkRun(named, flags)));
}

async function shrinkRun(named: string, flags: ShrinkFlags): Promise<number> {
  const startedAt = Date.now();
  const recorded = await recordedRun(named, flags);
  const { finding, folder, lines } = recorded;
  const wanted: Wanted = { rule: finding.rule, route: finding.route };
  const say = (line: string): void => void process.stderr.write(`${plain(line)}\n`);
  process.stdout.write(`shrinking ${folder.id}: ${plain(wantedText(wanted))}\n`);
  for (const line of drivenOtherwise(recorded)) say(line);
  const { budget = budgetDefaultMs } = flags;
  const lastMs = Math.min(lastMaxMs, budget * lastShare);
  const writeAt = startedAt + budget * (1 - writingShare);
  const searchUntil = writeAt - lastMs;
  const interrupt = onInterrupt();
  const log = openTrialLog(path.join(folder.path, 'shrink.ndjson'), `${folder.id} ${wantedText(wanted)}`);
  if (log.trialCount > 0) say(`going on after ${log.trialCount} trials held before`);
  const open = (): Promise<TrialStand> =>
    openStand({ kept: recorded.kept, wanted, ...placeOf(flags), signal: interrupt.signal });
  let stand = await open();
  /** Null until the last trials begin. */
  let lastUntil: number | null = null;
  try {
    const whole = wholePlan(recorded, stand.deployment.target, stand.deployment.leases?.count);
    await stand.receive(whole);
    /** Once: a clinic that knows nothing of the trials before, as the one of `confirm`; for a plan may leak by what those left. */
    const beginLast = async (): Promise<void> => {
      if (lastUntil !== null) return;
      if (stand.clinic !== null) {
        await stand.close();
        stand = await open();
        // The search was in earnest: what it found is not lost over this.
        await stand
          .receive(whole)
          .catch((problem: unknown) => say(`the last trials are held where nobody was before: ${messageOf(problem)}`));
      }
      // The last trial of the search may have run over: those after it have their time all the same.
      lastUntil = Math.max(writeAt, Date.now() + lastMs);
    };
    const holderUntil = (endsAt: () => number, ready: () => Promise<void>): TrialHolder => ({
      hold: async (plan) => {
        await ready();
        return stand.hold(plan);
      },
      log,
      spent: () => interrupt.signal.aborted || Date.now() > endsAt(),
    });
    const found = await search({
      ...{ whole, lines, finding, say },
      // Another deployment's levers can't be said in a program: it would have none for the sake of a surer plan.
      ...(adminOfFaults(stand.deployment) && { slow: slowingIn(whole.faults) }),
      holder: holderUntil(
        () => searchUntil,
        async () => {},
      ),
      lastHolder: holderUntil(() => lastUntil ?? Number.POSITIVE_INFINITY, beginLast),
    });
    if (found.kind === 'nothing') {
      process.stdout.write(`${found.why}\n`);
      return exitCodes.INCONCLUSIVE;
    }
    const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1);
    const { sentence, files } = await writeRepro({
      recorded,
      whole,
      stand,
      wanted,
      found,
      signal: interrupt.signal,
      until: Math.max(startedAt + budget, Date.now() + writingMinMs),
      say,
    });
    process.stdout.write(
      [
        '',
        sentence,
        '',
        `${sizeText(found.plan)}; reproduced in ${tallyText(found.rate)}`,
        `${log.trialCount} trials in ${minutes} min${found.finished ? '' : ', cut short by the budget: the same command goes on'}`,
        `each candidate: ${testsText(found.test)}`,
        `repro  ${path.relative('.', path.join(folder.path, 'repro'))}: ${files.join(', ')}`,
        '',
      ].join('\n'),
    );
    return found.rate.hits > 0 ? exitCodes.LEAK : exitCodes.INCONCLUSIVE;
  } finally {
    await stand.close();
    interrupt.release();
  }
}
