// `crosstalk calibrate`: how good is the alarm? Tries every bug of the reference clinic, with its trigger and without, and the
// correct clinic under every fault, and says what was found, how soon, and what was alleged without reason.
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { calibrationPage } from '../../reports/calibration.ts';
import { calibrationTable, trialLine } from '../../reports/calibration-table.ts';
import { type Calibration, type Mode, type Topology, topologies } from '../calibration/calibration.ts';
import { caseOf } from '../calibration/cases.ts';
import { correctDrills } from '../calibration/correct.ts';
import { exitCodeOf, isRight, scoreLine, summaryOf } from '../calibration/score.ts';
import { digestOfSources, releaseOf } from '../calibration/sources.ts';
import { trialsOnDisk, writeCalibration, writePage } from '../calibration/store.ts';
import { type Booth, boothsOf, remaining } from '../calibration/trials.ts';
import { holdTrials } from './calibrate-booth.ts';
import { scenarios } from './calibration-scenarios.ts';
import { type KnownBug, knownBugs } from './clinic-process.ts';
import { onInterrupt } from './interrupt.ts';
import { several } from './options.ts';
import { Problem } from './problem.ts';

interface CalibrateFlags {
  readonly bug?: readonly string[];
  readonly seed?: string;
  readonly seeds?: number;
  readonly cleanSeeds?: number;
  readonly topology: Topology | 'both';
  readonly driver: 'node' | 'k6';
  readonly threshold?: number;
  readonly quick?: boolean;
  readonly defaultDrill?: boolean;
  readonly resume?: boolean;
  readonly out: string;
}

const seedsByDefault = 5;
const seedsMax = 1_000;
const thresholdsPercent: Readonly<Record<Mode, number>> = { tuned: 100, default: 85 };
/** Light booths wait more than they work. */
const lightAtOnce = 3;

export function addCalibrate(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('calibrate')
    .description('try every bug of the reference clinic, and the correct clinic, and print the detection score')
    .option('--bug <name>', 'only this bug (repeatable); the correct clinic only with --clean-seeds', several)
    .option('--seeds <number>', `seeds for each bug, from 1 (default: ${seedsByDefault})`, seedCount(1))
    .option('--seed <text>', 'this one seed', oneSeed)
    .option('--clean-seeds <number>', 'seeds for the correct clinic (default: as many as for the bugs)', seedCount(0))
    .addOption(
      new Option('--topology <name>', 'the clinic’s parts: embedded ones, or real PostgreSQL, Redis and nginx')
        .choices([...topologies, 'both'])
        .default('embedded'),
    )
    .addOption(new Option('--driver <name>', 'what carries the load').choices(['node', 'k6']).default('node'))
    .option('--threshold <percent>', 'exit 1 below this score (default: 100; 85 for the default drill)', percent)
    .option('--quick', 'one seed, and shorter drills of the correct clinic')
    .option('--default-drill', 'every bug with the drill of `npm start`, which is tuned to none of them')
    .option('--resume', 'take over the finished trials of an earlier calibration of the same program')
    .option('--out <folder>', 'where figures, page and runs go', 'runs/calibration')
    .addHelpText(
      'after',
      '\nExit codes: 0 the score is reached, nothing was alleged without reason and no bug was found without its trigger;\n1 it is not so; 2 trials are missing or proved nothing; 3 it could not begin.\n\nExample:\n  $ npx crosstalk calibrate --bug pool-desync --seeds 3',
    )
    .action(async (flags: CalibrateFlags) => finish(await calibrate(flags)));
}

async function calibrate(flags: CalibrateFlags): Promise<number> {
  const bugs = chosen(await knownBugs(), flags);
  const mode: Mode = flags.defaultDrill ? 'default' : 'tuned';
  const out = path.resolve(flags.out);
  const file = path.join(out, mode === 'tuned' ? 'calibration.json' : 'default-drill.json');
  const sources = digestOfSources();
  const booths = boothsFor(flags, mode, bugs, sources);
  const asked = new Set(booths.flatMap(({ trials }) => trials.map(({ key }) => key)));
  const trials = flags.resume ? trialsOnDisk(file).filter(({ key }) => asked.has(key)) : [];
  const left = remaining(booths, trials);
  const kept = trials.filter(({ key }) => !left.some((booth) => booth.trials.some((plan) => plan.key === key)));
  const thresholdPercent = flags.threshold ?? thresholdsPercent[mode];
  const startedAt = Date.now();

  const now = (): Calibration => ({
    version: 2,
    mode,
    release: releaseOf(),
    sources,
    driver: flags.driver,
    thresholdPercent,
    startedAt,
    endedAt: Date.now(),
    complete: kept.length === asked.size,
    trials: inOrder(kept, booths),
    summary: summaryOf(inOrder(kept, booths), bugs, (bug) => caseOf(bug)?.lacks ?? null),
  });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  if (kept.length > 0) say(`${kept.length} of ${asked.size} trials are taken over from ${path.relative('.', file)}`);

  const interrupt = onInterrupt();
  await holdAll(left, out, interrupt.signal, (trial) => {
    kept.push(trial);
    say(`${String(kept.length).padStart(4)}/${asked.size}  ${trialLine(trial, isRight(trial))}`);
    writeCalibration(file, now());
  });
  interrupt.release();

  const calibration = now();
  writeCalibration(file, calibration);
  const page = file.replace(/\.json$/, '.html');
  writePage(page, calibrationPage(calibration));
  process.stdout.write(calibrationTable(calibration));
  process.stdout.write(`\n${path.relative('.', file)}\n${path.relative('.', page)}\n`);
  process.stdout.write(`${scoreLine(calibration.summary, thresholdPercent)}\n`);
  return exitCodeOf(calibration.summary, thresholdPercent, calibration.complete);
}

function boothsFor(flags: CalibrateFlags, mode: Mode, bugs: readonly KnownBug[], sources: string): readonly Booth[] {
  const few = flags.quick === true || mode === 'default';
  const seeds = flags.seed === undefined ? seedsFrom(flags.seeds ?? (few ? 1 : seedsByDefault)) : [flags.seed];
  const cleanByDefault = flags.bug !== undefined || mode === 'default' ? 0 : seeds.length;
  return boothsOf({
    topologies: flags.topology === 'both' ? topologies : [flags.topology],
    bugs,
    seeds,
    correctSeeds:
      flags.seed !== undefined && cleanByDefault > 0 ? seeds : seedsFrom(flags.cleanSeeds ?? cleanByDefault),
    withoutSeeds: seeds.slice(0, 1),
    driver: flags.driver,
    caseOf: mode === 'tuned' ? caseOf : null,
    correctDrills: correctDrills(flags.quick === true),
    scenarioNames: scenarios.map(({ name }) => name),
    sources,
  });
}

const seedsFrom = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1));

/** The light booths side by side, then the heavy ones one after another. */
async function holdAll(
  booths: readonly Booth[],
  out: string,
  signal: AbortSignal,
  done: Parameters<typeof holdTrials>[0]['done'],
): Promise<void> {
  for (const { heavy, atOnce } of [
    { heavy: false, atOnce: lightAtOnce },
    { heavy: true, atOnce: 1 },
  ]) {
    const waiting = [...booths.entries()].filter(([, booth]) => booth.heavy === heavy).values();
    const hold = async (): Promise<void> => {
      for (const [number, booth] of waiting) {
        if (signal.aborted) return;
        await holdTrials({ booth, number, out, signal, done });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, hold));
  }
}

function chosen(known: readonly KnownBug[], { bug: ids, topology }: CalibrateFlags): readonly KnownBug[] {
  const unknown = ids?.find((id) => !known.some((bug) => bug.id === id));
  if (unknown !== undefined) {
    throw new Problem(`there is no bug "${unknown}"; there are: ${known.map(({ id }) => id).join(', ')}`);
  }
  // Its drivers scan bytes, so what only pictures show is tried where it is asked for by name.
  if (ids === undefined) return known.filter(({ shownIn }) => shownIn !== 'pictures');
  const named = known.filter(({ id }) => ids.includes(id));
  const elsewhere = named.find(({ topologies: its }) => topology !== 'both' && !its.includes(topology));
  if (elsewhere) {
    const its = elsewhere.topologies.join(', ');
    throw new Problem(
      `bug ${elsewhere.id} can't live on --topology ${topology}, so nothing would be tried; it can on ${its}`,
    );
  }
  return named;
}

/** As planned, whichever ended first. */
function inOrder(trials: Calibration['trials'], booths: readonly Booth[]): Calibration['trials'] {
  const place = new Map(booths.flatMap((booth) => booth.trials).map(({ key }, index) => [key, index] as const));
  return [...trials].sort((one, other) => (place.get(one.key) ?? 0) - (place.get(other.key) ?? 0));
}

function oneSeed(text: string): string {
  if (text === '') throw new InvalidArgumentError('write some text.');
  return text;
}

function seedCount(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text !== '' && Number.isInteger(value) && value >= least && value <= seedsMax) return value;
    throw new InvalidArgumentError(`write a whole number from ${least} to ${seedsMax}.`);
  };
}

function percent(text: string): number {
  const value = Number(text);
  if (text === '' || !(value >= 0 && value <= 100)) throw new InvalidArgumentError('write a number from 0 to 100.');
  return value;
}
