// A calibration in the terminal: one line for each trial as it ends, and the table, in Markdown, so that it can be kept in a README.
import type { BugRow, Calibration, CorrectRow, Trial } from '../harness/calibration/calibration.ts';
import { drillOf, faultsOf, firstSeen, logLine, ofAll, placeOf, withoutTrigger } from './calibration-words.ts';
import { count, duration, plain } from './text.ts';

export function trialLine(trial: Trial, right: boolean): string {
  const { seed, verdict, first, operations, tookMs, reasons } = trial;
  const seen =
    first === null
      ? `nothing in ${count(operations)} operations`
      : `${first.rule} after ${firstSeen(first.afterMs, first.afterOperations)}, ${faultsOf(first)}`;
  const why = right || reasons.length === 0 ? '' : `: ${plain(reasons[0] ?? '', 200)}`;
  return `${right ? 'right' : 'WRONG'}  ${plain(drillOf(trial), 100)}, seed ${plain(seed, 40)}: ${verdict}, ${seen} (${duration(tookMs)})${why}`;
}

export function calibrationTable({ summary }: Calibration): string {
  const lines: string[] = [];
  if (summary.bugs.length > 0) {
    lines.push('| bug | found in | rule | scenario | fault open | first sighting (median) | without its trigger |');
    lines.push('|---|---|---|---|---|---|---|');
    lines.push(...summary.bugs.map(bugLine));
  }
  if (summary.correct.length > 0) {
    lines.push('', '| correct clinic | passed | false alarms | operations | opportunities |', '|---|---|---|---|---|');
    lines.push(...summary.correct.map(correctLine));
  }
  lines.push('', logLine(summary.log));
  if (summary.undecided.length > 0) {
    lines.push('', 'These trials prove nothing:', ...summary.undecided.map((text) => `- ${plain(text, 300)}`));
  }
  return `${lines.join('\n').trim()}\n`;
}

function bugLine(row: BugRow): string {
  const cells = [
    `\`${placeOf(row)}\``,
    `${ofAll(row.found, row.trials)} seeds`,
    row.rule ?? '–',
    row.scenario ?? '–',
    row.fault ?? '–',
    firstSeen(row.medianAfterMs, row.medianAfterOperations),
    withoutTrigger(row),
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function correctLine(row: CorrectRow): string {
  const name = row.topology === 'real' ? `${row.drill} (real)` : row.drill;
  const figures = [count(row.falseAlarms), count(row.operations), count(row.opportunities)];
  return `| ${[name, `${ofAll(row.passed, row.trials)} drills`, ...figures].map(cell).join(' | ')} |`;
}

const cell = (text: string): string => plain(text, 120).replaceAll('|', '\\|');
