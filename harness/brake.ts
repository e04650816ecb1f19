// What ends a drill before it does harm: when too many operations of the last moments failed, or took too long, the load is taken off and
// everything is healed. Fed line by line; remembers a bounded number of operations.
import type { HistoryLine } from './history.ts';

export interface BrakeLimits {
  /** Share of the operations within the window that may fail. */
  readonly failedShareMax?: number | undefined;
  /** The slowest but five of a hundred may take so long. */
  readonly p95MaxMs?: number | undefined;
  readonly windowMs: number;
}

/** Fewer than this say nothing. */
const operationsMin = 30;
const operationsKeptMax = 5_000;

interface Seen {
  readonly at: number;
  readonly ms: number;
  readonly failed: boolean;
}

/** Each line; answers why the drill must end, or null. What a client broke off by itself counts for nothing. */
export function brake({ failedShareMax, p95MaxMs, windowMs }: BrakeLimits): (line: HistoryLine) => string | null {
  let seen: Seen[] = [];
  let lookedAt = 0;

  return (line) => {
    if (line.t !== 'operation' || line.alarm === true || line.outcome === 'aborted') return null;
    seen.push({
      at: line.endedAt,
      ms: line.endedAt - line.startedAt,
      failed: line.outcome !== 'ok' && line.outcome !== 'refused',
    });
    // A tenth of the window at least between two looks, so that each line costs the same however many are kept.
    if (line.endedAt - lookedAt < windowMs / 10 && seen.length < 2 * operationsKeptMax) return null;
    lookedAt = line.endedAt;
    seen = seen.filter(({ at }) => at > line.endedAt - windowMs).slice(-operationsKeptMax);
    return seen.length < operationsMin ? null : reason(seen);
  };

  function reason(now: readonly Seen[]): string | null {
    const within = `of the last ${windowMs / 1_000} s`;
    const failedCount = now.filter(({ failed }) => failed).length;
    if (failedShareMax !== undefined && failedCount / now.length > failedShareMax)
      return `stopWhen: ${failedCount} of ${now.length} operations ${within} failed, more than ${failedShareMax * 100} %`;
    const p95Ms = Math.round(percentile95(now.map(({ ms }) => ms)));
    if (p95MaxMs !== undefined && p95Ms > p95MaxMs)
      return `stopWhen: the 95th percentile of ${now.length} operations ${within} was ${p95Ms} ms, over ${p95MaxMs} ms`;
    return null;
  }
}

function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
}
