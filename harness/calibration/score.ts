// From trials to the score: a pure fold. A bug counts only if every one of its trials found it, by a rule that is right for it.

import type { BugRow, CorrectRow, LogFigures, Sighting, Summary, Trial } from './calibration.ts';
import type { KnownCase } from './case.ts';

/** The clinic's own words on a bug. */
export interface BugFacts {
  readonly id: string;
  readonly incident: string;
  readonly link: string | null;
}

export const isFound = ({ verdict, rings, rules }: Trial): boolean =>
  verdict === 'LEAK' && (rings.length === 0 || rings.some((rule) => rules.includes(rule)));

/** A warning counts too: the correct clinic gives no reason for one. */
export const falseAlarmsOf = ({ findings }: Trial): number => findings;

/** A trial that broke down shows nothing either way, nor does silence where nothing happened, or a log that was not compared. */
const isBroken = ({ verdict, kind, idle, operations, log }: Trial): boolean =>
  verdict === 'ERROR' ||
  (operations > 0 && log?.answers === 0) ||
  (kind === 'no-trigger' && verdict !== 'LEAK' && (operations === 0 || typeof idle === 'string'));

/** What the clinic logged is not what the oracle made of it: then neither a find nor a silence is worth anything. */
export const logDisagrees = (log: LogFigures | null): boolean =>
  log !== null && log.missed + log.invented + log.miscounted > 0;

export function isRight(trial: Trial): boolean {
  if (logDisagrees(trial.log) || isBroken(trial)) return false;
  if (trial.kind === 'correct') return trial.verdict === 'PASS' && trial.findings === 0;
  if (trial.kind === 'no-trigger') return trial.verdict !== 'LEAK';
  return isFound(trial);
}

export function summaryOf(
  trials: readonly Trial[],
  facts: readonly BugFacts[],
  lacksOf: (bug: string) => KnownCase['lacks'] | null,
): Summary {
  const searches = trials.filter(({ kind }) => kind === 'trigger' || kind === 'default');
  const without = trials.filter(({ kind }) => kind === 'no-trigger');
  const correct = trials.filter(({ kind }) => kind === 'correct');
  const bugs = groupsOf(searches, bugKey).map((group) => bugRow(group, without, facts, lacksOf));
  const bugsFound = bugs.filter((row) => row.found === row.trials).length;
  const quiet = without.filter((trial) => !isBroken(trial));
  return {
    bugs,
    correct: groupsOf(correct, (trial) => `${trial.topology} ${trial.drill}`).map(correctRow),
    scorePercent: bugs.length === 0 ? null : percentOf(bugsFound, bugs.length),
    bugsFound,
    bugsTried: bugs.length,
    foundWithoutTrigger: quiet.filter((trial) => !isRight(trial)).length,
    withoutTrigger: quiet.length,
    falseAlarms: sum(correct, falseAlarmsOf),
    correctOperations: sum(correct, ({ operations }) => operations),
    log: logOf(trials),
    undecided: trials.filter(isUndecided).map(undecidedText),
  };
}

function logOf(trials: readonly Trial[]): LogFigures | null {
  const compared = trials.filter(({ log }) => log !== null);
  if (compared.length === 0) return null;
  const total = (figure: keyof LogFigures): number => sum(compared, ({ log }) => log?.[figure] ?? 0);
  return {
    answers: total('answers'),
    foreign: total('foreign'),
    missed: total('missed'),
    invented: total('invented'),
    miscounted: total('miscounted'),
  };
}

/** Rounded down: 99.99 is never shown as 100. */
const percentOf = (part: number, whole: number): number => Math.floor((part / whole) * 10_000) / 100;

export const isUndecided = (trial: Trial): boolean =>
  isBroken(trial) || (trial.kind === 'correct' && trial.findings === 0 && trial.verdict !== 'PASS');

const undecidedText = (trial: Trial): string => {
  const { bug, kind, drill, seed, verdict } = trial;
  return `${bug ?? 'correct clinic'}, ${kind === 'no-trigger' ? 'without its trigger' : drill}, seed ${seed}: ${verdict} (${whyUndecided(trial)})`;
};

function whyUndecided({ kind, idle, reasons, operations, log }: Trial): string {
  if (kind === 'no-trigger' && typeof idle === 'string') return idle;
  if (operations > 0 && log?.answers === 0) return "none of its answers is in the clinic's log";
  return reasons[0] ?? 'no reason given';
}

const bugKey = ({ bug, topology }: Trial): string => `${topology} ${bug}`;

function bugRow(
  own: readonly [Trial, ...Trial[]],
  without: readonly Trial[],
  facts: readonly BugFacts[],
  lacksOf: (bug: string) => string | null,
): BugRow {
  const [{ bug: name, topology }] = own;
  const bug = name ?? '';
  const known = facts.find(({ id }) => id === bug);
  const found = own.filter(isFound);
  const sightings = found.flatMap(({ first }) => first ?? []);
  const twins = without.filter((trial) => bugKey(trial) === bugKey(own[0]) && !isBroken(trial));
  const lacks = lacksOf(bug);
  return {
    bug,
    topology,
    incident: known?.incident ?? '',
    link: known?.link ?? null,
    trials: own.length,
    found: found.length,
    rule: commonest(sightings.map(({ rule }) => rule)),
    scenario: commonest(sightings.map(({ scenario }) => scenario)),
    fault: commonest(sightings.map(faultOf)),
    rules: [...new Set(own.flatMap(({ rules }) => rules))],
    medianAfterMs: median(sightings.map(({ afterMs }) => afterMs)),
    medianAfterOperations: median(sightings.map(({ afterOperations }) => afterOperations)),
    without:
      lacks === null || twins.length === 0
        ? null
        : { lacks, trials: twins.length, found: twins.filter((trial) => !isRight(trial)).length },
  };
}

/** The faults that were open at the sighting, else `after` those that had just been healed, else `none`. */
export function faultOf({ faultsOpen, healedBefore = [] }: Sighting): string {
  if (faultsOpen.length > 0) return faultsOpen.join(' + ');
  return healedBefore.length > 0 ? `after ${healedBefore.join(' + ')}` : 'none';
}

function correctRow(own: readonly [Trial, ...Trial[]]): CorrectRow {
  return {
    drill: own[0].drill,
    topology: own[0].topology,
    trials: own.length,
    passed: own.filter(isRight).length,
    falseAlarms: sum(own, falseAlarmsOf),
    operations: sum(own, ({ operations }) => operations),
    opportunities: sum(own, ({ opportunities }) => opportunities),
  };
}

function groupsOf(trials: readonly Trial[], key: (trial: Trial) => string): (readonly [Trial, ...Trial[]])[] {
  const groups = new Map<string, [Trial, ...Trial[]]>();
  for (const trial of trials) {
    const group = groups.get(key(trial));
    if (group) group.push(trial);
    else groups.set(key(trial), [trial]);
  }
  return [...groups.values()];
}

const sum = (trials: readonly Trial[], figure: (trial: Trial) => number): number =>
  trials.reduce((total, trial) => total + figure(trial), 0);

/** Of equals, the first seen. */
export function commonest<T>(values: readonly T[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: T | null = null;
  for (const [value, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = value;
  return best;
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** 1 outranks 2: a miss, an alarm without reason, or a bug found without its trigger is sure; the rest is only not shown. */
export function exitCodeOf(summary: Summary, thresholdPercent: number, complete: boolean): 0 | 1 | 2 {
  const missed = summary.scorePercent !== null && summary.scorePercent < thresholdPercent;
  if (missed || logDisagrees(summary.log) || summary.falseAlarms > 0 || summary.foundWithoutTrigger > 0) return 1;
  const tried = summary.bugsTried > 0 || summary.correct.length > 0;
  return tried && complete && summary.undecided.length === 0 ? 0 : 2;
}

/** The last line that a calibration prints. */
export function scoreLine(summary: Summary, thresholdPercent: number): string {
  const { scorePercent, bugsFound, bugsTried, falseAlarms, correctOperations, foundWithoutTrigger, withoutTrigger } =
    summary;
  const score =
    scorePercent === null
      ? 'Detection score: none, for no bug was tried'
      : `Detection score: ${scorePercent.toFixed(2)} % (${bugsFound} of ${bugsTried} bugs, threshold ${thresholdPercent} %)`;
  const quiet = withoutTrigger === 0 ? [] : [`${foundWithoutTrigger} of ${withoutTrigger} found without the trigger`];
  const alarms =
    correctOperations === 0
      ? []
      : [`${falseAlarms.toLocaleString('en')} false alarms in ${correctOperations.toLocaleString('en')} operations`];
  return [score, ...quiet, ...alarms].join('; ');
}
