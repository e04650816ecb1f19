// `crosstalk replay`: the same people, plan, schedule and faults again, several times, and how often the leak shows again. In two ways:
// as planned, where the race is left to chance, and in the recorded order of what happened around the violation.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { plain } from '../../reports/text.ts';
import type { ExplicitPlan } from '../reproduction/explicit-plan.ts';
import { sizeText } from '../reproduction/explicit-plan.ts';
import { type Tally, tallyText } from '../reproduction/interval.ts';
import { neighbourhoodsOf } from '../reproduction/neighbourhood.ts';
import { recordedOrder } from '../reproduction/recorded-order.ts';
import { candidateKey } from '../reproduction/trial-log.ts';
import { type Wanted, wantedText } from '../reproduction/wanted.ts';
import { exitCodes } from '../verdict.ts';
import { onInterrupt } from './interrupt.ts';
import { wholeNumber } from './options.ts';
import {
  drivenOtherwise,
  placeOf,
  type RecordedRun,
  type RunFlags,
  recordedRun,
  wholePlan,
  withRunFlags,
} from './recorded-run.ts';
import { openStand, type TrialStand } from './trial-stand.ts';

const trialsDefault = 20;
/** A whole drill takes its time: of the two ways, the one as planned is tried this much less often. */
const wholeTrialsMax = 3;
/** A plan up to so long is played whole; of a longer one, what lies around the violation. */
const shortMs = 15_000;

interface Way {
  readonly name: string;
  readonly plan: ExplicitPlan;
  readonly trials: number;
}

export interface ReplayedWay extends Tally {
  readonly way: string;
  readonly void: number;
  readonly plan: ExplicitPlan;
}

export function addReplay(program: Command, finish: (exitCode: number) => void): void {
  withRunFlags(program.command('replay'))
    .description('play a run that leaked again: how often does it leak again?')
    .option('--trials <number>', `trials of each way (default: ${trialsDefault})`, wholeNumber)
    .option('--whole', `also the whole plan, up to ${wholeTrialsMax} times: each takes as long as the run did`)
    .addHelpText(
      'after',
      '\nExit codes: 1 it leaked again; 2 it did not; 3 ERROR.\n\nExample:\n  $ npx crosstalk replay runs/latest --trials 10',
    )
    .action(async (named: string, flags: ReplayFlags) => finish(await replay(named, flags)));
}

interface ReplayFlags extends RunFlags {
  readonly trials?: number;
  readonly whole?: boolean;
}

async function replay(named: string, flags: ReplayFlags): Promise<number> {
  const recorded = await recordedRun(named, flags);
  const { finding, folder } = recorded;
  const wanted: Wanted = { rule: finding.rule, route: finding.route };
  const say = (line: string): void => void process.stdout.write(`${plain(line)}\n`);
  say(`replaying ${folder.id}: ${wantedText(wanted)}`);
  for (const line of drivenOtherwise(recorded)) say(line);
  const interrupt = onInterrupt();
  const stand = await openStand({
    kept: recorded.kept,
    wanted,
    ...placeOf(flags),
    signal: interrupt.signal,
  });
  try {
    const { target, leases } = stand.deployment;
    const whole = wholePlan(recorded, target, leases?.count);
    await stand.receive(whole);
    const results: ReplayedWay[] = [];
    for (const way of waysOf(whole, recorded, flags)) {
      if (interrupt.signal.aborted) break;
      const result = await tryWay(stand, way, interrupt.signal);
      results.push(result);
      const voids = result.void > 0 ? `; ${result.void} more could not be held` : '';
      say(`${way.name} (${sizeText(way.plan)}): reproduced in ${tallyText(result)}${voids}`);
    }
    writeFileSync(
      path.join(folder.path, 'replay.json'),
      `${JSON.stringify({ version: 1, wanted, ways: results }, null, 2)}\n`,
    );
    say(conclusionOf(results));
    return results.some(({ hits }) => hits > 0) ? exitCodes.LEAK : exitCodes.INCONCLUSIVE;
  } finally {
    await stand.close();
    interrupt.release();
  }
}

function waysOf(whole: ExplicitPlan, { lines, finding }: RecordedRun, flags: ReplayFlags): Way[] {
  const { trials = trialsDefault } = flags;
  const hoods = neighbourhoodsOf({ whole, lines }, finding.first);
  const isShort = Math.max(...whole.sessions.map(({ endMs }) => endMs)) <= shortMs;
  const around = isShort ? undefined : hoods[1];
  const { plan: near, cut } = around ?? { plan: whole, cut: { fromMs: 0, untilMs: Number.POSITIVE_INFINITY } };
  const where = near === whole ? '' : 'around it, ';
  const ways: Way[] = [
    ...(flags.whole && near !== whole
      ? [{ name: 'the whole, as planned', plan: whole, trials: Math.min(trials, wholeTrialsMax) }]
      : []),
    { name: `${where}as planned`, plan: near, trials },
    { name: `${where}in the recorded order`, plan: recordedOrder({ plan: near, cut }, whole, lines), trials },
  ];
  const seen = new Set<string>();
  return ways.filter(({ plan }) => !seen.has(candidateKey(plan)) && seen.add(candidateKey(plan)));
}

async function tryWay(stand: TrialStand, way: Way, signal: AbortSignal): Promise<ReplayedWay> {
  let hits = 0;
  let held = 0;
  let voids = 0;
  for (let trial = 0; trial < way.trials && !signal.aborted; trial++) {
    const { outcome, ms } = await stand.hold(way.plan);
    if (outcome.kind === 'void') voids += 1;
    else held += 1;
    if (outcome.kind === 'reproduced') hits += 1;
    const told = outcome.kind === 'void' ? `void: ${outcome.why}` : outcome.kind;
    process.stderr.write(
      `  ${way.name}, trial ${trial + 1} of ${way.trials}: ${plain(told)} (${(ms / 1_000).toFixed(1)} s)\n`,
    );
  }
  return { way: way.name, hits, trials: held, void: voids, plan: way.plan };
}

function conclusionOf(results: readonly ReplayedWay[]): string {
  const rated = results.filter(({ trials }) => trials > 0);
  const [best] = rated.toSorted((one, other) => other.hits / other.trials - one.hits / one.trials);
  if (!best) return 'no trial could be held, so nothing is known';
  if (best.hits === 0) {
    return 'it did not leak again. The race is left to chance: more trials, or --whole, may show it';
  }
  const others = rated.filter((way) => way !== best && way.hits * best.trials === best.hits * way.trials);
  if (others.length > 0) return `both ways reproduce equally often`;
  return `more often: ${best.way}`;
}
