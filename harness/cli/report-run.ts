// From the history on disk to the verdict and every report of it, in the run's folder; also for a run that ended long ago.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { terminal } from '../../reports/terminal.ts';
import { scenarios } from '../../scenarios/index.ts';
import { type Drill, isLeased } from '../drill.ts';
import { faults } from '../faults/index.ts';
import type { HistoryLine } from '../history.ts';
import { readHistory } from '../history-file.ts';
import { type JudgeOptions, judge } from '../judge.ts';
import { timelineOf } from '../judging/timeline.ts';
import { exportSpans } from '../otlp/export.ts';
import { runSpans } from '../otlp/run-spans.ts';
import { actionKinds, browserActionKinds, type Scenario } from '../plan.ts';
import type { Report } from '../report.ts';
import { type KeptDrill, type RunFolder, readKeptDrill } from '../run-folder.ts';
import type { Target } from '../targets/target.ts';
import { type Verdict, verdictSchema } from '../verdict.ts';
import { countText } from '../wording.ts';
import { adapterPlace } from './adapter-place.ts';
import { tellGitHub } from './github.ts';
import { missingActions, missingPages, possibleOn, suitsLeases } from './possible.ts';
import { writeReports } from './write-reports.ts';

function notTested(target: Target, kept: KeptDrill): string[] {
  const eyes = kept.drill.browser > 0;
  const actions = actionKinds
    .filter((kind) => !target.actions[kind] && !browserActionKinds.includes(kind))
    .map((kind) => `action ${kind}: the adapter has none`);
  const plays = scenarios.flatMap((scenario) => {
    if (isPlayed(scenario, target, kept.drill)) {
      return kept.drill.scenarios[scenario.name] === 0 ? [`scenario ${scenario.name}: left out by the drill`] : [];
    }
    if (scenario.eyes === true && !eyes) return [`scenario ${scenario.name}: needs a browser (--browser 4)`];
    if (isLeased(kept.drill.target) && !suitsLeases(scenario))
      return [`scenario ${scenario.name}: not with leased accounts`];
    const missing = scenario.eyes === true ? missingPages(scenario, target) : missingActions(scenario, target);
    return [`scenario ${scenario.name}: needs ${missing.join(', ')}`];
  });
  const kinds = new Set(kept.faults.map(({ kind }) => kind));
  const quiet = faults.filter(({ kind }) => !kinds.has(kind)).map(({ kind }) => `fault ${kind}: not in this drill`);
  return [...actions, ...plays, ...quiet];
}

function isPlayed(scenario: Scenario, target: Target, drill: Drill): boolean {
  const possible = possibleOn(target, isLeased(drill.target));
  return possible.byAnyone(scenario) || (drill.browser > 0 && possible.inBrowsers(scenario));
}

/** What the plan had in it, so that what of it never happened is missed. */
function expectations(
  target: Target,
  { drill }: KeptDrill,
): Pick<JudgeOptions, 'actionsExpected' | 'scenariosPlanned' | 'actionsAvailable' | 'alarmChannels'> {
  const eyes = drill.browser > 0;
  const played = scenarios.filter(
    (scenario) => (drill.scenarios[scenario.name] ?? scenario.weight) > 0 && isPlayed(scenario, target, drill),
  );
  const looks = (['view-history', 'watch'] as const).filter((kind) => played.some(({ needs }) => needs.includes(kind)));
  return {
    actionsExpected: looks,
    scenariosPlanned: played.map(({ name }) => name),
    actionsAvailable: actionKinds.filter((kind) => target.actions[kind]),
    alarmChannels: ['list', 'bytes', ...(eyes ? (['pixels'] as const) : [])],
  };
}

const picturesMax = 30;
const pictureBytesMax = 49_152;

/** Of each finding's first violation. A picture that is gone is no reason for having no report. */
function picturesOf({ findings }: Verdict, folder: string): Record<string, string> {
  const files = findings.flatMap(({ first }) => first.evidence ?? []).slice(0, picturesMax);
  const read = (file: string): [string, string][] => {
    // The name comes from the history, which may be anybody's.
    if (!/^evidence\/code-\d{3}\.png$/.test(file)) return [];
    try {
      const bytes = readFileSync(path.join(folder, file));
      return bytes.length > pictureBytesMax ? [] : [[file, bytes.toString('base64')]];
    } catch {
      return [];
    }
  };
  return Object.fromEntries(files.flatMap(read));
}

/**
 * Judges what is on disk, writes every report into the run's folder and prints the short one. A collector is told only then, so that
 * nothing it does can cost the report.
 */
export async function reportRun(
  folder: RunFolder,
  target: Target,
  problems: readonly string[],
  out: NodeJS.WriteStream | null,
  collector?: string,
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
    pictures: picturesOf(verdict, folder.path),
    ...adapterPlace(target),
  };
  writeReports(folder, full);
  const problem = collector === undefined ? null : await tellCollector(collector, folder, lines, verdict, out !== null);
  const told = problem === null ? full : { ...full, verdict: { ...verdict, warnings: [...verdict.warnings, problem] } };
  if (told !== full) writeReports(folder, told);
  out?.write(terminal(told, { color: out.isTTY === true, columns: out.columns ?? 100 }));
  if (out !== null) tellGitHub(told, out);
  return told.verdict;
}

/** Why not everything was sent, or null. */
async function tellCollector(
  collector: string,
  folder: RunFolder,
  lines: readonly HistoryLine[],
  verdict: Verdict,
  aloud: boolean,
): Promise<string | null> {
  const { spanCount, problem } = await exportSpans(runSpans(lines, verdict), { collector, run: folder.id });
  if (aloud && problem === null) process.stderr.write(`traces: ${countText(spanCount)} spans sent to the collector\n`);
  return problem;
}
