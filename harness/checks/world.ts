// The facts that the checks share, derived once from the finished history. Lines come in order of completion; here
// operations stand in order of start (ties by id), so the verdict does not depend on whose line was written first.
import type { FaultLine, HistoryLine, Operation } from '../history.ts';
import type { Declarations } from '../targets/target.ts';
import { type Belongings, buildBelongings } from './belongings.ts';
import { buildIds, type KnownId } from './ids.ts';
import { buildRights, type Rights } from './rights.ts';
import { buildSessionValues, type SessionValues } from './session-values.ts';
import { buildWindows, type FaultWindow, lossesOf, underProbe } from './windows.ts';

type Line<T extends HistoryLine['t']> = Extract<HistoryLine, { t: T }>;
type PhaseName = Line<'phase'>['phase'];

export interface Phase {
  readonly beganAt: number;
  /** null: the history ends before the phase did. */
  readonly endedAt: number | null;
  readonly cutShort: string | null;
  readonly failed: string | null;
}

export interface World {
  readonly run: Line<'run'>;
  readonly declares: Declarations;
  /** The load's operations, in order of start. */
  readonly operations: readonly Operation[];
  /** Operations that used another patient's credentials on purpose, in order of start. */
  readonly alarmOperations: readonly Operation[];
  readonly phases: ReadonlyMap<PhaseName, Phase>;
  readonly faults: readonly FaultWindow[];
  /** Ids of the load's operations that a hostile probe may have had a hand in. */
  readonly probed: ReadonlySet<string>;
  readonly rights: Rights;
  readonly belongings: Belongings;
  readonly sessionValues: SessionValues;
  /** What is known of server-issued ids. */
  readonly ids: ReadonlyMap<string, KnownId>;
  /** The browser that looked, or why none did; null when none was wanted. */
  readonly browser: Line<'browser'> | null;
  readonly skippedStepCount: number;
  /** Skipped steps by the reason that the driver gave. */
  readonly skippedFor: ReadonlyMap<string, number>;
  readonly endedAt: number;
}

/** Throws when the history has no `run` line: then nobody knows which canaries are this run's. */
export function buildWorld(lines: Iterable<HistoryLine>, declares: Declarations): World {
  const runs: Line<'run'>[] = [];
  const all: Operation[] = [];
  const phaseLines: Line<'phase'>[] = [];
  const faultLines: FaultLine[] = [];
  const erasures: Line<'erased'>[] = [];
  const enrolments: Line<'enrolled'>[] = [];
  const skippedFor = new Map<string, number>();
  let browser: Line<'browser'> | null = null;
  for (const line of lines) {
    if (line.t === 'operation') all.push(line);
    else if (line.t === 'phase') phaseLines.push(line);
    else if (line.t === 'fault') faultLines.push(line);
    else if (line.t === 'enrolled') enrolments.push(line);
    else if (line.t === 'erased') erasures.push(line);
    else if (line.t === 'browser') browser = line;
    else if (line.t === 'skipped') skippedFor.set(line.why, (skippedFor.get(line.why) ?? 0) + line.steps);
    else runs.push(line);
  }
  const run = runs[0];
  if (run === undefined) {
    throw new Error(
      'The history has no `run` line, so the canaries of this run cannot be told from those of earlier ones. ' +
        'It is damaged or was cut at its beginning: run the drill again.',
    );
  }
  const enrolled = new Map(enrolments.map(({ patient, items }) => [patient, items]));
  all.sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  const operations = all.filter((op) => op.alarm !== true);
  const faults = buildWindows(faultLines);
  return {
    run,
    declares,
    operations,
    alarmOperations: all.filter((op) => op.alarm === true),
    phases: phasesOf(phaseLines),
    faults,
    probed: underProbe(operations, faults, declares.cacheLifetimeMs),
    rights: buildRights(run.run, operations, erasures, declares, enrolments),
    belongings: buildBelongings(operations, enrolled, erasures, declares.recordingReadyBoundMs, lossesOf(faults)),
    sessionValues: buildSessionValues(operations),
    ids: buildIds(operations),
    browser,
    skippedStepCount: [...skippedFor.values()].reduce((sum, steps) => sum + steps, 0),
    skippedFor,
    endedAt: lastMoment(run.startedAt, all, [...phaseLines, ...faultLines, ...erasures]),
  };
}

function phasesOf(lines: readonly Line<'phase'>[]): Map<PhaseName, Phase> {
  const phases = new Map<PhaseName, Phase>();
  for (const began of lines.filter((line) => line.event === 'began')) {
    const ended = lines.find((line) => line.event === 'ended' && line.phase === began.phase);
    phases.set(began.phase, {
      beganAt: began.at,
      endedAt: ended?.at ?? null,
      cutShort: ended?.cutShort ?? began.cutShort ?? null,
      failed: ended?.failed ?? null,
    });
  }
  return phases;
}

function lastMoment(
  fromMs: number,
  operations: readonly Operation[],
  lines: readonly { readonly at: number }[],
): number {
  let lastMs = fromMs;
  for (const op of operations) lastMs = Math.max(lastMs, op.endedAt);
  for (const line of lines) lastMs = Math.max(lastMs, line.at);
  return lastMs;
}
