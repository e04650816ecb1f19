// `crosstalk confirm`: after a fix, plays the plan that leaked so often that one may believe it is gone, or says that it is not, or that it
// is not yet known.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { plain } from '../../reports/text.ts';
import { confirm } from '../reproduction/confirm.ts';
import type { ExplicitPlan } from '../reproduction/explicit-plan.ts';
import { sizeText } from '../reproduction/explicit-plan.ts';
import { interval95, percent, type Tally, tallyText } from '../reproduction/interval.ts';
import { type Wanted, wantedText } from '../reproduction/wanted.ts';
import { readKeptDrill, runFolder } from '../run-folder.ts';
import { exitCodes, ruleIds } from '../verdict.ts';
import { onInterrupt } from './interrupt.ts';
import { durationMs, wholeNumber } from './options.ts';
import { Problem } from './problem.ts';
import { type PlaceFlags, placeOf, runFolderOf, wholePlan, withPlaceFlags } from './recorded-run.ts';
import { openStand } from './trial-stand.ts';

const budgetDefaultMs = 600_000;

interface ConfirmFlags extends PlaceFlags {
  readonly budget?: number;
  readonly trials?: number;
  /** False: `--no-bug`. */
  readonly bug: boolean;
}

export function addConfirm(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command('confirm')
    .argument('[run]', 'the folder of a run that was shrunk or replayed', 'runs/latest')
    .description('after a fix: is the leak gone, as far as trials can tell?')
    .option('--trials <number>', 'no more than so many', wholeNumber)
    .option('--budget <time>', 'how long it may take, such as 45s or 10m (default: 10m)', durationMs)
    .option('--no-bug', 'start the reference clinic without the bugs that the run had');
  withPlaceFlags(command)
    .addHelpText(
      'after',
      '\nExit codes: 0 fixed, 1 not fixed, 2 not yet known, 3 ERROR.\n\nExample:\n  $ npx crosstalk confirm runs/latest --no-bug',
    )
    .action(async (named: string, flags: ConfirmFlags) => finish(await confirmRun(named, flags)));
}

interface Reproducible {
  readonly wanted: Wanted;
  readonly plan: ExplicitPlan;
  readonly rate: Tally;
  readonly from: string;
}

async function confirmRun(named: string, flags: ConfirmFlags): Promise<number> {
  const startedAt = Date.now();
  const folder = runFolder(runFolderOf(named));
  const { wanted, plan, rate, from } = reproducibleOf(folder.path);
  const say = (line: string): void => void process.stdout.write(`${plain(line)}\n`);
  const before = interval95(rate);
  say(`confirming ${folder.id}: ${wantedText(wanted)}`);
  say(`${sizeText(plan)}; before, it reproduced in ${tallyText(rate)} (${from})`);
  const interrupt = onInterrupt();
  const kept = readKeptDrill(folder);
  const stand = await openStand({
    kept,
    wanted,
    mended: !flags.bug,
    ...placeOf(flags),
    signal: interrupt.signal,
  });
  try {
    const { budget = budgetDefaultMs } = flags;
    const { target, leases } = stand.deployment;
    await stand.receive(wholePlan({ kept }, target, leases?.count));
    const result = await confirm({
      before,
      hold: () => stand.hold(plan, { alarm: true }),
      spent: () => interrupt.signal.aborted || Date.now() - startedAt > budget,
      trialsMax: flags.trials ?? null,
      told: (trial, needed, what, ms) =>
        void process.stderr.write(
          `  trial ${trial} (${needed} clean ones are needed): ${plain(what)} (${(ms / 1_000).toFixed(1)} s)\n`,
        ),
    });
    if (result.kind === 'fixed') {
      say(
        `fixed: ${result.clean} clean trials; if it still showed in ${percent(before.low)} of them or more, it would have with 95 % probability`,
      );
      return exitCodes.PASS;
    }
    if (result.kind === 'not fixed') {
      say(`not fixed: ${result.why}, after ${result.clean} clean trials`);
      return exitCodes.LEAK;
    }
    const needed = result.needed === null ? '' : ` of the ${result.needed} that are needed`;
    say(`not yet known: ${result.clean} clean trials${needed}; ${result.why}`);
    return exitCodes.INCONCLUSIVE;
  } finally {
    await stand.close();
    interrupt.release();
  }
}

const tallySchema = z.object({ hits: z.number().int().nonnegative(), trials: z.number().int().nonnegative() });
const wantedSchema = z.object({ rule: z.enum(ruleIds), route: z.string() });
/** Written by `shrink` and `replay`; only its outline is checked. */
const planSchema = z.looseObject({
  seed: z.string(),
  sessions: z.array(
    z.looseObject({ id: z.string(), lane: z.number(), steps: z.array(z.looseObject({ atMs: z.number() })) }),
  ),
  people: z.array(z.number().int().nonnegative()),
  faults: z.array(z.looseObject({ id: z.string(), kind: z.string(), atMs: z.number(), forMs: z.number() })),
});
const reproSchema = z.object({ version: z.literal(1), wanted: wantedSchema, rate: tallySchema, plan: planSchema });
const replaySchema = z.object({
  version: z.literal(1),
  wanted: wantedSchema,
  ways: z.array(tallySchema.extend({ way: z.string(), plan: planSchema })),
});

/** What was shrunk, else the way of a replay that reproduced most often. */
function reproducibleOf(folder: string): Reproducible {
  const repro = path.join(folder, 'repro', 'plan.json');
  if (existsSync(repro)) {
    const { wanted, rate, plan } = checked(reproSchema, repro);
    return { wanted, rate, plan: plan as unknown as ExplicitPlan, from: 'shrink' };
  }
  const replay = path.join(folder, 'replay.json');
  if (existsSync(replay)) {
    const { wanted, ways } = checked(replaySchema, replay);
    const share = ({ hits, trials }: Tally): number => (trials === 0 ? 0 : hits / trials);
    const [best] = ways.toSorted((one, other) => share(other) - share(one));
    if (best) return { wanted, rate: best, plan: best.plan as unknown as ExplicitPlan, from: `replay, ${best.way}` };
  }
  throw new Problem(
    `how often ${path.basename(folder)} reproduces is not known, so no number of clean trials would say anything: run \`crosstalk shrink\` or \`crosstalk replay\` on it first`,
  );
}

function checked<T>(schema: z.ZodType<T>, file: string): T {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : String(error);
    throw new Problem(
      `${file} is damaged (${why.slice(0, 300)}): write it anew with \`crosstalk shrink\` or \`crosstalk replay\``,
    );
  }
}
