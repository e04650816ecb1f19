// Where in a history the plan's time 0 lies: the load's phase begins a moment before it.
import type { HistoryLine } from '../history.ts';
import { loadLeadMs } from '../load-lead.ts';

export function loadZeroOf(lines: readonly HistoryLine[]): number {
  for (const line of lines) {
    if (line.t === 'phase' && line.phase === 'load' && line.event === 'began') return line.at + loadLeadMs;
  }
  throw new Error('the history has no load, so there is nothing to reproduce: the run ended before it');
}
