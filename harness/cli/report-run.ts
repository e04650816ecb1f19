// From the history on disk to the verdict and every report of it, in the run's folder; also for a run that ended long ago.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { html } from '../../reports/html.ts';
import { junit } from '../../reports/junit.ts';
import { terminal } from '../../reports/terminal.ts';
import { scenarios } from '../../scenarios/index.ts';
import { faults } from '../faults/index.ts';
import { readHistory } from '../history-file.ts';
import { type JudgeOptions, judge } from '../judge.ts';
import { actionKinds, type Scenario } from '../plan.ts';
import type { Report } from '../report.ts';
import { type KeptDrill, type RunFolder, readKeptDrill } from '../run-folder.ts';
import type { Target } from '../targets/target.ts';
import { timelineOf } from '../timeline.ts';
import { type Verdict, verdictSchema } from '../verdict.ts';

export const missingActions = ({ needs }: Scenario, target: Target): string[] =>
  needs.filter((kind) => !target.actions[kind]);

function notTested(target: Target, kept: KeptDrill): string[] {
  const actions = actionKinds
    .filter((kind) => !target.actions[kind])
    .map((kind) => `action ${kind}: the adapter has none`);
  const plays = scenarios.flatMap((scenario) => {
    const missing = missingActions(scenario, target);
    if (missing.length > 0) return [`scenario ${scenario.name}: needs ${missing.join(', ')}`];
    return kept.drill.scenarios[scenario.name] === 0 ? [`scenario ${scenario.name}: left out by the drill`] : [];
  });
  const kinds = new Set(kept.faults.map(({ kind }) => kind));
  const quiet = faults.filter(({ kind }) => !kinds.has(kind)).map(({ kind }) => `fault ${kind}: not in this drill`);
  return [...actions, ...plays, ...quiet];
}

/** What the plan had in it, so that what of it never happened is missed. */
function expectations(
  target: Target,
  { drill }: KeptDrill,
): Pick<JudgeOptions, 'actionsExpected' | 'scenariosPlanned' | 'actionsAvailable'> {
  const played = scenarios.filter(
    (scenario) =>
      (drill.scenarios[scenario.name] ?? scenario.weight) > 0 && missingActions(scenario, target).length === 0,
  );
  const looks = (['view-history', 'watch'] as const).filter((kind) => played.some(({ needs }) => needs.includes(kind)));
  return {
    actionsExpected: looks,
    scenariosPlanned: played.map(({ name }) => name),
    actionsAvailable: actionKinds.filter((kind) => target.actions[kind]),
  };
}

/** Judges what is on disk, writes every report into the run's folder and prints the short one. */
export async function reportRun(
  folder: RunFolder,
  target: Target,
  problems: readonly string[],
  out: NodeJS.WriteStream | null,
): Promise<Verdict> {
  const kept = readKeptDrill(folder);
  const { lines, tornLastLine } = await readHistory(folder.history);
  const judged = judge(lines, {
    declares: target.declares,
    floor: kept.drill.floor,
    errorRateMax: kept.drill.errorRateMax,
    missingOwnRateMax: kept.drill.missingOwnRateMax,
    strict: kept.drill.strict,
    versionsExpected: kept.expected.versions,
    nodesExpected: kept.expected.nodes,
    faultsExpected: kept.faults.map(({ id }) => id),
    notTested: notTested(target, kept),
    ...expectations(target, kept),
    sessions: kept.drill.sessions,
    alarmChannels: ['list', 'bytes'],
  });
  const torn = tornLastLine
    ? ['the last line of the history was torn off and is left out: the harness was killed while writing it']
    : [];
  const verdict = verdictSchema.parse({ ...judged, warnings: [...judged.warnings, ...torn, ...problems] });
  const full: Report = {
    verdict,
    timeline: timelineOf(lines, verdict),
    repeat: kept.repeat,
    folder: path.relative('.', folder.path),
  };
  writeFileSync(folder.verdict, `${JSON.stringify(verdict, null, 2)}\n`);
  writeFileSync(path.join(folder.path, 'report.html'), html(full));
  writeFileSync(path.join(folder.path, 'junit.xml'), junit(full));
  out?.write(terminal(full, { color: out.isTTY === true, columns: out.columns ?? 100 }));
  return verdict;
}
