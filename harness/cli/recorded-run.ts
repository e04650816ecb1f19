// A finished run, read back for `replay`, `shrink` and `confirm`: its drill, its history, its verdict, its finding and its whole plan.
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { plain } from '../../reports/text.ts';
import { scenarios } from '../../scenarios/index.ts';
import { isLeased, planInput } from '../drill.ts';
import type { HistoryLine } from '../history.ts';
import { readHistory } from '../history-file.ts';
import { leasedPatients, planSessions } from '../planner.ts';
import type { ExplicitPlan } from '../reproduction/explicit-plan.ts';
import { reproducible, wantedText } from '../reproduction/wanted.ts';
import { type KeptDrill, type RunFolder, readKeptDrill, runFolder } from '../run-folder.ts';
import type { Target } from '../targets/target.ts';
import type { Finding } from '../verdict.ts';
import { folderOf, readVerdict } from './named-run.ts';
import { ownOption, wholeNumber } from './options.ts';
import { possibleOn } from './possible.ts';
import { Problem } from './problem.ts';
import type { StandInput } from './trial-stand.ts';

export interface RecordedRun {
  readonly folder: RunFolder;
  readonly kept: KeptDrill;
  readonly finding: Finding;
  readonly lines: readonly HistoryLine[];
}

/** Where the run's target is by now. */
export interface PlaceFlags {
  readonly url?: string;
  readonly adminUrl?: string;
  readonly iOwn?: readonly string[];
}

export interface RunFlags extends PlaceFlags {
  readonly finding?: number;
}

export function withRunFlags(command: Command): Command {
  return withPlaceFlags(
    command
      .argument('[run]', 'the folder of a run', 'runs/latest')
      .option('--finding <number>', 'which of its findings, the most frequent first (default: 1)', wholeNumber),
  );
}

export function withPlaceFlags(command: Command): Command {
  return command
    .option('--url <url>', 'where the target is now')
    .option('--admin-url <url>', "where the target's administration is now")
    .addOption(ownOption());
}

/** For the stand of its trials. */
export const placeOf = ({ url, adminUrl, iOwn = [] }: PlaceFlags): Pick<StandInput, 'target' | 'owned'> => ({
  target: { ...(url && { url }), ...(adminUrl && { adminUrl }) },
  owned: iOwn,
});

/** The run's own folder, where `latest` was named. */
export const runFolderOf = (named: string): string => realpathSync(folderOf(named));

export async function recordedRun(named: string, { finding: number = 1 }: RunFlags): Promise<RecordedRun> {
  const folder = runFolder(runFolderOf(named));
  for (const file of [folder.drill, folder.history, folder.verdict]) {
    if (!existsSync(file))
      throw new Problem(`${folder.path} is not the folder of a finished run: it has no ${path.basename(file)}`);
  }
  const kept = readKeptDrill(folder);
  const verdict = readVerdict(folder.path);
  const all = reproducible(verdict, kept.drill.strict);
  if (all.length === 0)
    throw new Problem(`nothing leaked in ${folder.id} (${verdict.verdict}), so there is nothing to reproduce`);
  const finding = all[number - 1];
  if (!finding) {
    const list = all.map((each, at) => `  ${at + 1}  ${plain(wantedText(each))}, ${each.count} times`).join('\n');
    throw new Problem(`${folder.id} has no finding ${number}; there are:\n${list}`);
  }
  const { lines } = await readHistory(folder.history);
  return { folder, kept, finding, lines };
}

/** Every session of the run as it was planned, the browsers' among them. */
export function wholePlan(
  { kept }: Pick<RecordedRun, 'kept'>,
  target: Target,
  leasedCount: number | undefined,
): ExplicitPlan {
  const { drill, faults } = kept;
  const leased = isLeased(drill.target);
  const input = planInput(drill, scenarios, faults, possibleOn(target, leased), leasedCount);
  return {
    seed: drill.seed,
    sessions: [...planSessions(input)],
    people: leasedPatients(input),
    faults,
    ...(leased && { leased }),
  };
}

/** What of a run's driving the node driver, which performs trials, does otherwise. */
export function drivenOtherwise({ kept: { drill } }: RecordedRun): string[] {
  return [
    ...(drill.driver === 'k6' ? ['the run was driven by k6; trials are performed by the node driver'] : []),
    ...(drill.browser > 0 ? ['the run had browsers; in trials their sessions speak to the API'] : []),
  ];
}
