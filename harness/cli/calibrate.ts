// `crosstalk calibrate`: how good is the alarm? Runs the default drill against the clinic with each of its bugs, and against the
// correct clinic, over several seeds, and says what was found, by which rule, how soon, and what was alleged without reason.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { resolveDrill } from '../drill.ts';
import { exitCodes, type Verdict } from '../verdict.ts';
import { knownBugs, startClinic } from './clinic-process.ts';
import { conduct } from './conduct.ts';
import { onInterrupt } from './interrupt.ts';
import { type DrillFlags, mergeFlags, several, wholeNumber, withDrillFlags } from './options.ts';

interface CalibrateFlags extends DrillFlags {
  readonly bug?: readonly string[];
  readonly seeds: number;
  readonly cleanSeeds: number;
  readonly json: string;
}

interface Trial {
  readonly bug: string | null;
  readonly seed: number;
  readonly verdict: Verdict['verdict'];
  readonly rules: readonly string[];
  readonly findings: number;
  readonly faultsOpen: readonly string[];
  readonly firstSightingAfterMs: number | null;
  readonly operations: number;
  readonly opportunities: number;
  readonly run: string;
}

export function addCalibrate(program: Command, finish: (exitCode: number) => void): void {
  withDrillFlags(program.command('calibrate'))
    .description('run every bug of the reference clinic, and the correct clinic, and print what was found')
    .option('--bug <name>', 'only this bug (repeatable)', several)
    .option('--seeds <number>', 'seeds for each bug, from 1', wholeNumber, 5)
    .option('--clean-seeds <number>', 'seeds for the correct clinic, from 1', wholeNumber, 10)
    .option('--json <file>', 'where the figures go', 'runs/calibration.json')
    .addHelpText('after', '\nExample:\n  $ npx crosstalk calibrate --bug pool-desync --seeds 3 --clean-seeds 1')
    .action(async (flags: CalibrateFlags) => finish(await calibrate(flags)));
}

async function calibrate(flags: CalibrateFlags): Promise<number> {
  const bugs = flags.bug ?? (await knownBugs()).map(({ id }) => id);
  const interrupt = onInterrupt();
  const trials: Trial[] = [];
  for (const { bug, seed } of [...trialsOf(bugs, flags.seeds), ...trialsOf([null], flags.cleanSeeds)]) {
    if (interrupt.signal.aborted) break;
    const trial = await tryOne(bug, seed, flags, interrupt.signal);
    trials.push(trial);
    process.stderr.write(`${told(trial)}\n`);
    writeFileSync(flags.json, `${JSON.stringify({ version: 1, trials }, null, 2)}\n`);
  }
  interrupt.release();
  for (const line of table(trials)) process.stdout.write(`${line}\n`);
  return trials.every(isRight) && !interrupt.signal.aborted ? exitCodes.PASS : exitCodes.LEAK;
}

const trialsOf = (bugs: readonly (string | null)[], seeds: number): { bug: string | null; seed: number }[] =>
  bugs.flatMap((bug) => Array.from({ length: seeds }, (_, index) => ({ bug, seed: index + 1 })));

async function tryOne(bug: string | null, seed: number, flags: CalibrateFlags, signal: AbortSignal): Promise<Trial> {
  const clinic = await startClinic({ bug: bug === null ? [] : [bug] });
  process.env.CROSSTALK_CLINIC_ADMIN_SECRET = clinic.secret;
  try {
    const target = { adapter: 'clinic', url: clinic.url, adminUrl: clinic.adminUrl };
    const merged = mergeFlags({ target }, { ...flags, seed: String(seed), stopOnLeak: bug !== null }, scenarios);
    const repeat = `npm start -- --seed ${seed}${bug === null ? '' : ` --bug ${bug}`}`;
    const verdict = await conduct(resolveDrill(merged, 'the calibration'), { repeat, owned: [], signal, silent: true });
    const first = verdict.findings[0]?.first;
    return {
      bug,
      seed,
      verdict: verdict.verdict,
      rules: [...new Set(verdict.findings.map(({ rule }) => rule))],
      findings: verdict.findings.length,
      faultsOpen: first?.faultsOpen ?? [],
      firstSightingAfterMs: verdict.firstSightingAfterMs,
      operations: verdict.operations,
      opportunities: verdict.opportunities,
      run: verdict.id,
    };
  } finally {
    await clinic.stop();
  }
}

/** A bug must be found; the correct clinic must pass without a finding of any kind. */
const isRight = ({ bug, verdict, findings }: Trial): boolean =>
  bug === null ? verdict === 'PASS' && findings === 0 : verdict === 'LEAK';

const told = (trial: Trial): string =>
  `${isRight(trial) ? 'right' : 'WRONG'}  ${trial.bug ?? 'correct clinic'}, seed ${trial.seed}: ${trial.verdict}, ${trial.rules.join(', ') || 'no finding'}, first sighting ${seconds(trial.firstSightingAfterMs)}, ${trial.operations} operations (${trial.run})`;

function* table(trials: readonly Trial[]): Generator<string> {
  yield '| bug | found | rules that rang | median time to first sighting |';
  yield '|---|---|---|---|';
  const buggy = trials.filter(({ bug }) => bug !== null);
  for (const bug of new Set(buggy.map((trial) => trial.bug))) {
    const own = buggy.filter((trial) => trial.bug === bug);
    const rules = [...new Set(own.flatMap((trial) => trial.rules))];
    const times = own.flatMap(({ firstSightingAfterMs }) => firstSightingAfterMs ?? []);
    yield `| \`${bug}\` | ${own.filter(isRight).length} of ${own.length} seeds | ${rules.join(', ')} | ${seconds(median(times))} |`;
  }
  const clean = trials.filter(({ bug }) => bug === null);
  const sum = (figure: (trial: Trial) => number): string =>
    clean.reduce((total, trial) => total + figure(trial), 0).toLocaleString('en');
  yield `| none: the correct clinic, every fault | PASS ${clean.filter(isRight).length} of ${clean.length} seeds | ${sum(({ findings }) => findings)} findings in ${sum(({ operations }) => operations)} operations, ${sum(({ opportunities }) => opportunities)} opportunities | |`;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

const seconds = (ms: number | null): string => (ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`);
