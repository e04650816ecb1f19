// When which fault was open: `steady` is the rest, and `recovery` the moments after a fault was healed, where several
// public leaks began. An operation belongs to every fault window it overlaps.
import type { FaultLine, Operation } from '../history.ts';
import { listUnder } from './list-under.ts';

export const recoveryMs = 2_000;
export const steadyWindow = 'steady';
export const recoveryWindow = 'recovery';

export interface FaultWindow {
  readonly id: string;
  readonly kind: string;
  /** A probe: what leaks because of it is reported apart. */
  readonly hostile: boolean;
  /** While it is open next to nothing can be served. */
  readonly outage: boolean;
  /** null: it was never injected. */
  readonly openedAt: number | null;
  /** When it was shown to have bitten; absent: it was not. */
  readonly provedAt?: number;
  readonly healedAt: number | null;
  readonly bit: boolean;
  /** What showed that it bit, or why it did not; empty when nothing was said. */
  readonly proof: string;
  /** What went wrong with the injection or the healing. */
  readonly failure: string | null;
}

/** One window per fault id, in order of first mention. */
export function buildWindows(lines: readonly FaultLine[]): FaultWindow[] {
  const byId = new Map<string, FaultLine[]>();
  for (const line of lines) listUnder(byId, line.id, line);
  return [...byId].map(([id, events]) => windowOf(id, events));
}

function windowOf(id: string, events: readonly FaultLine[]): FaultWindow {
  const find = (event: FaultLine['event']): FaultLine | undefined => events.find((line) => line.event === event);
  const proved = find('proved');
  const notProved = find('not-proved');
  const failed = find('failed');
  return {
    id,
    kind: events[0]?.kind ?? id,
    hostile: events.some((line) => line.hostile === true),
    outage: events.some((line) => line.outage === true),
    openedAt: find('injected')?.at ?? null,
    ...(proved !== undefined && { provedAt: proved.at }),
    healedAt: find('healed')?.at ?? null,
    bit: proved !== undefined && notProved === undefined,
    proof: (notProved ?? proved)?.proof ?? '',
    failure: failed === undefined ? null : (failed.proof ?? 'no reason given'),
  };
}

/** After them the target may have forgotten what it had confirmed meanwhile. */
const losesWrites: ReadonlySet<string> = new Set(['database-failover']);

export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** When a confirmed write may have been lost since. It is no fault of the target's, whose replica never heard of it. */
export function lossesOf(faults: readonly FaultWindow[]): Stretch[] {
  return faults.flatMap(({ kind, openedAt, healedAt }) =>
    openedAt !== null && losesWrites.has(kind)
      ? [{ fromMs: openedAt, untilMs: healedAt ?? Number.POSITIVE_INFINITY }]
      : [],
  );
}

/** How long caches are taken to keep what a hostile probe put into them, where the target does not say. */
export const cacheLifetimeDefaultMs = 60_000;

/** Whether a hostile probe was at work, or what it left in the caches may have been. */
export function isUnderProbe(op: Operation, faults: readonly FaultWindow[], cacheLifetimeMs: number): boolean {
  return faults.some(
    ({ hostile, openedAt, healedAt }) =>
      hostile &&
      openedAt !== null &&
      op.endedAt >= openedAt &&
      op.startedAt <= (healedAt ?? Number.POSITIVE_INFINITY) + cacheLifetimeMs,
  );
}

/** Ids of the operations under a hostile probe; none without one. They count for nothing: neither what they show nor what they don't. */
export function underProbe(
  operations: readonly Operation[],
  faults: readonly FaultWindow[],
  cacheLifetimeMs = cacheLifetimeDefaultMs,
): ReadonlySet<string> {
  if (!faults.some(({ hostile }) => hostile)) return new Set();
  return new Set(operations.filter((op) => isUnderProbe(op, faults, cacheLifetimeMs)).map(({ id }) => id));
}

export function faultsOpenDuring(op: Operation, faults: readonly FaultWindow[]): FaultWindow[] {
  return faults.filter(
    (fault) =>
      fault.openedAt !== null &&
      fault.openedAt <= op.endedAt &&
      (fault.healedAt ?? Number.POSITIVE_INFINITY) >= op.startedAt,
  );
}

/** The faults healed in the `recoveryMs` before an operation began. */
export function faultsHealedBefore(op: Operation, faults: readonly FaultWindow[]): FaultWindow[] {
  return faults.filter(
    ({ healedAt }) => healedAt !== null && op.startedAt > healedAt && op.startedAt <= healedAt + recoveryMs,
  );
}

/** Names of the windows an operation belongs to, never none. */
export function windowsOf(op: Operation, faults: readonly FaultWindow[]): readonly [string, ...string[]] {
  const [first, ...rest] = faultsOpenDuring(op, faults);
  if (first !== undefined) return [first.id, ...rest.map((fault) => fault.id)];
  return [faultsHealedBefore(op, faults).length > 0 ? recoveryWindow : steadyWindow];
}
