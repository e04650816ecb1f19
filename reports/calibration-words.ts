// How a calibration is worded, the same in the terminal and on the page.
import type { BugRow, LogFigures, Sighting, Trial } from '../harness/calibration/calibration.ts';
import { count, duration } from './text.ts';

export const placeOf = ({ bug, topology }: Pick<BugRow, 'bug' | 'topology'>): string =>
  topology === 'real' ? `${bug} (real)` : bug;

/** `2.1 s, 340 operations`. */
export function firstSeen(afterMs: number | null, afterOperations: number | null): string {
  if (afterMs === null) return 'never';
  return afterOperations === null ? duration(afterMs) : `${duration(afterMs)}, ${count(afterOperations)} operations`;
}

export const ofAll = (part: number, whole: number): string => `${count(part)} of ${count(whole)}`;

/** `one patient only: 0 of 1`; a dash where there is no such drill. */
export const withoutTrigger = ({ without }: BugRow): string =>
  without === null ? '–' : `${without.lacks}: ${ofAll(without.found, without.trials)}`;

export const isFoundAlways = (row: BugRow): boolean => row.found === row.trials;

export function faultsOf({ faultsOpen, healedBefore = [] }: Sighting): string {
  if (faultsOpen.length > 0) return faultsOpen.join(' + ');
  return healedBefore.length > 0 ? `just after ${healedBefore.join(' + ')}` : 'no fault open';
}

export const drillOf = ({ kind, drill, bug }: Trial): string =>
  kind === 'no-trigger' ? `${bug} without its trigger (${drill})` : (bug ?? `correct clinic, ${drill}`);

/** Misses and inventions by the clinic's own log. */
export function logLine(log: LogFigures | null): string {
  if (log === null) return 'No trial was set against the log of a clinic.';
  const { answers, foreign, missed, invented, miscounted } = log;
  const n = (value: number): string => value.toLocaleString('en');
  return `By the clinic's own log, ${n(answers)} answers held somebody else's things ${n(foreign)} times: ${n(missed)} were missed, ${n(invented)} invented, and ${n(miscounted)} findings miscounted.`;
}
