// Folds a history into the picture of a run: what happened in each second, under which fault, and where it leaked.
// One pass, bounded memory: beyond 600 buckets every two neighbours become one, so an hour costs what ten minutes do.
import type { HistoryLine, Operation } from '../history.ts';
import type { FaultWindow, Timeline, TimelineBucket, TimelinePhase, ViolationMark } from '../report.ts';
import type { Verdict } from '../verdict.ts';

export const bucketsMax = 600;
export const marksMax = 200;
const phasesMax = 50;
const faultWindowsMax = 200;

export function timelineOf(lines: Iterable<HistoryLine>, verdict: Verdict): Timeline {
  const seconds = bucketFold(verdict.startedAt);
  const phases = phaseFold(verdict.startedAt);
  for (const line of lines) {
    if (line.t === 'operation' && line.alarm !== true) seconds.add(line);
    if (line.t === 'phase') phases.add(line);
  }
  const { bucketMs, buckets } = seconds.done();
  const marks = marksOf(verdict, bucketMs);
  return {
    startedAt: verdict.startedAt,
    bucketMs,
    buckets,
    phases: phases.done(),
    faults: faultWindowsOf(verdict),
    marks: marks.slice(0, marksMax),
    marksLeftOut: Math.max(0, marks.length - marksMax),
  };
}

/** `lowest` and `highest` patient tell whether two were active without keeping a set of them. */
interface Tally {
  operations: number;
  errors: number;
  personal: number;
  lowest: number;
  highest: number;
}

const emptyTally = (): Tally => ({
  operations: 0,
  errors: 0,
  personal: 0,
  lowest: Number.POSITIVE_INFINITY,
  highest: Number.NEGATIVE_INFINITY,
});

const errorOutcomes: ReadonlySet<Operation['outcome']> = new Set([
  'failed',
  'timeout',
  'connection-error',
  'adapter-error',
]);

function bucketFold(startedAt: number) {
  let bucketMs = 1_000;
  let tallies: Tally[] = [];

  const tallyAt = (at: number): Tally => {
    let index = Math.max(0, Math.floor((at - startedAt) / bucketMs));
    while (index >= bucketsMax) {
      tallies = mergePairs(tallies);
      bucketMs *= 2;
      index = Math.floor(index / 2);
    }
    while (tallies.length <= index) tallies.push(emptyTally());
    return tallies[index] as Tally;
  };

  return {
    add: (operation: Operation) => count(tallyAt(operation.startedAt), operation),
    done: () => ({ bucketMs, buckets: tallies.map((_, index) => bucketOf(tallies, index)) }),
  };
}

function count(tally: Tally, operation: Operation): void {
  tally.operations += 1;
  if (errorOutcomes.has(operation.outcome)) tally.errors += 1;
  if (operation.exchanges.some((exchange) => exchange.sightings.length > 0)) tally.personal += 1;
  if (operation.patient === null) return;
  tally.lowest = Math.min(tally.lowest, operation.patient);
  tally.highest = Math.max(tally.highest, operation.patient);
}

function mergePairs(tallies: readonly Tally[]): Tally[] {
  const merged: Tally[] = [];
  for (let index = 0; index < tallies.length; index += 2) {
    const left = tallies[index] ?? emptyTally();
    const right = tallies[index + 1] ?? emptyTally();
    merged.push({
      operations: left.operations + right.operations,
      errors: left.errors + right.errors,
      personal: left.personal + right.personal,
      lowest: Math.min(left.lowest, right.lowest),
      highest: Math.max(left.highest, right.highest),
    });
  }
  return merged;
}

/** Personal data counts as an opportunity if a second patient was active in this bucket or the one before or after. */
function bucketOf(tallies: readonly Tally[], index: number): TimelineBucket {
  const around = tallies.slice(Math.max(0, index - 1), index + 2);
  const lowest = Math.min(...around.map((tally) => tally.lowest));
  const highest = Math.max(...around.map((tally) => tally.highest));
  const { operations, errors, personal } = tallies[index] ?? emptyTally();
  return { operations, errors, opportunities: lowest < highest ? personal : 0 };
}

function phaseFold(startedAt: number) {
  const phases: TimelinePhase[] = [];
  return {
    add(line: Extract<HistoryLine, { t: 'phase' }>): void {
      const atMs = Math.max(0, line.at - startedAt);
      const open = phases.findIndex((known) => known.phase === line.phase && known.toMs === null);
      const began = phases[open];
      if (line.event === 'ended' && began !== undefined) {
        phases[open] = { ...began, toMs: atMs, cutShort: line.cutShort ?? line.failed ?? null };
      } else if (line.event === 'began' && phases.length < phasesMax) {
        phases.push({ phase: line.phase, fromMs: atMs, toMs: null, cutShort: null });
      }
    },
    done: (): readonly TimelinePhase[] => phases,
  };
}

function faultWindowsOf(verdict: Verdict): FaultWindow[] {
  const after = (at: number): number => Math.max(0, at - verdict.startedAt);
  return verdict.faults
    .flatMap(({ id, kind, openedAt, healedAt, bit }) =>
      openedAt === null
        ? []
        : [{ id, kind, bit, fromMs: after(openedAt), toMs: healedAt === null ? null : after(healedAt) }],
    )
    .sort((a, b) => a.fromMs - b.fromMs)
    .slice(0, faultWindowsMax);
}

/** What one rule saw in one bucket is one mark: a burst of a thousand would only be ink. */
function marksOf(verdict: Verdict, bucketMs: number): ViolationMark[] {
  const marks = new Map<string, ViolationMark>();
  for (const finding of verdict.findings) {
    for (const { rule, at } of [finding.first, ...finding.examples]) {
      const atMs = Math.max(0, at - verdict.startedAt);
      const key = `${rule} ${Math.floor(atMs / bucketMs)}`;
      const known = marks.get(key);
      marks.set(key, { rule, atMs: Math.min(atMs, known?.atMs ?? atMs), count: (known?.count ?? 0) + 1 });
    }
  }
  return [...marks.values()].sort((a, b) => a.atMs - b.atMs);
}
