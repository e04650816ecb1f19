// What first made a run a LEAK: the earliest violation of any rule that is more than a warning, and how much had been done by then.
import type { HistoryLine } from '../history.ts';
import { isLeak } from '../oracle.ts';
import type { Verdict } from '../verdict.ts';
import type { Sighting } from './calibration.ts';

export function firstSighting(verdict: Verdict, lines: Iterable<HistoryLine>): Sighting | null {
  const leaks = verdict.findings.filter(({ rule }) => isLeak(rule, false)).map(({ first }) => first);
  const [first] = leaks.sort((one, other) => one.at - other.at);
  if (first === undefined || verdict.verdict !== 'LEAK') return null;
  let loadBeganAt = verdict.startedAt;
  const endedAt: number[] = [];
  for (const line of lines) {
    if (line.t === 'phase' && line.phase === 'load' && line.event === 'began') loadBeganAt = line.at;
    if (line.t === 'operation' && line.alarm !== true) endedAt.push(line.endedAt);
  }
  const { rule, route, scenario, action, faultsOpen, healedBefore, window, node, version, at } = first;
  return {
    ...{ rule, route, scenario, action, faultsOpen, window, node, version },
    ...(healedBefore && { healedBefore }),
    afterMs: Math.max(0, Math.round(at - loadBeganAt)),
    afterOperations: endedAt.filter((ended) => ended <= at).length,
  };
}
