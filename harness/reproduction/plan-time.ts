// Where in a history the moments of its plan lie.
import type { HistoryLine } from '../history.ts';
import { loadLeadMs } from '../load-lead.ts';
import type { Violation } from '../verdict.ts';

/** The plan's time 0: the load's phase begins a moment before it. */
export function loadZeroOf(lines: readonly HistoryLine[]): number {
  for (const line of lines) {
    if (line.t === 'phase' && line.phase === 'load' && line.event === 'began') return line.at + loadLeadMs;
  }
  throw new Error('the history has no load, so there is nothing to reproduce: the run ended before it');
}

/** When it was asked for, in ms of the plan. What was seen in an answer may have been asked for long before, as a large download. */
export function begunMsOf({ operation, at }: Violation, lines: readonly HistoryLine[]): number {
  const begun = lines.find((line) => line.t === 'operation' && line.id === operation);
  return (begun?.t === 'operation' ? Math.min(begun.startedAt, at) : at) - loadZeroOf(lines);
}
