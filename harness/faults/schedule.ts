// Carries out the planned faults: each at its time, healed at the end of its window, side by side where windows overlap.
// On abort everything open is healed at once, the newest first, and only then does the schedule return.
import { setMaxListeners } from 'node:events';
import { now as clockNow } from '../clock.ts';
import type { FaultLine } from '../history.ts';
import type { Journal } from '../journal.ts';
import type { PlannedFault } from '../plan.ts';
import type { Levers } from '../targets/levers.ts';
import { messageOf, pause } from './bounded.ts';
import type { Fault } from './fault.ts';
import { faultNamed } from './index.ts';
import { defaultLimits, type FaultLimits } from './limits.ts';
import { closeFault, type FaultContext, type OpenFault, openFault } from './open-fault.ts';
import { takeTurns } from './turns.ts';

export interface ScheduleOptions {
  readonly planned: readonly PlannedFault[];
  readonly levers: Levers;
  /** Which node a fault picks follows from it and the fault's id. */
  readonly seed: string;
  /** When the load began, in ms since the epoch: what `atMs` counts from. */
  readonly startedAt: number;
  readonly journal: Journal;
  readonly emit: (line: FaultLine) => void;
  /** The run is over: heal what is open, start nothing more, and return. */
  readonly signal: AbortSignal;
  readonly limits?: FaultLimits;
  /** The clock of the history; a test brings its own. */
  readonly now?: () => number;
  /** Finds a fault by its kind; the real ones unless a test brings its own. */
  readonly named?: (kind: string) => Fault;
}

/** Resolves when every fault is healed, or could not be. Rejects only if `emit` threw, and then after healing too. */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  const { planned, startedAt, named = faultNamed, now = clockNow } = options;
  const stopping = new AbortController();
  const teller = safeTeller(options.emit, now, () => stopping.abort());
  const context: FaultContext = {
    levers: options.levers,
    seed: options.seed,
    journal: options.journal,
    limits: options.limits ?? defaultLimits,
    signal: stopping.signal,
    tell: teller.tell,
  };
  const over = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  // Each planned fault listens while it waits; the default of ten would be taken for a leak.
  setMaxListeners(planned.length + 10, stopping.signal);
  const turns = takeTurns();
  const open = new Set<OpenFault>();
  const closing: Promise<void>[] = [];

  // Takes them all off the set in one go, so that no window that ends meanwhile heals one a second time.
  const closeNewestFirst = async (): Promise<void> => {
    const newestFirst = [...open].reverse();
    open.clear();
    for (const fault of newestFirst) await closeFault(fault, context);
  };
  stopping.signal.addEventListener('abort', () => closing.push(closeNewestFirst()), { once: true });

  const perform = async (plan: PlannedFault): Promise<void> => {
    await pause(startedAt + plan.atMs - now(), stopping.signal);
    const fault = named(plan.kind);
    const giveBack = await turns.take(fault.holds, over);
    if (stopping.signal.aborted) throw new Error('never injected: the run ended before its time came');
    const opened = await openFault(plan, fault, context);
    giveBack(opened === null || (await holdOpen(opened, plan.forMs)));
  };

  /** Whether it was healed here; after an abort that is done elsewhere, and nobody waits for this one's turn. */
  const holdOpen = async (opened: OpenFault, forMs: number): Promise<boolean> => {
    if (!stopping.signal.aborted && !opened.failed) {
      open.add(opened);
      await pause(forMs, stopping.signal);
      if (!open.delete(opened)) return false;
    }
    return closeFault(opened, context);
  };

  const onAbort = (): void => stopping.abort();
  options.signal.addEventListener('abort', onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  await Promise.all(
    planned.map((plan) => perform(plan).catch((error: unknown) => teller.tell(plan, 'failed', messageOf(error)))),
  );
  await Promise.all(closing);
  options.signal.removeEventListener('abort', onAbort);
  if (teller.error) throw teller.error.cause;
}

/** If the history can't be written the run is worthless, but what is broken must be mended all the same. */
function safeTeller(emit: (line: FaultLine) => void, now: () => number, stop: () => void) {
  const teller: { tell: FaultContext['tell']; error: { readonly cause: unknown } | null } = {
    error: null,
    tell({ id, kind, hostile, outage }, event, proof) {
      try {
        const marked = {
          ...(hostile && { hostile }),
          ...(outage && { outage }),
          ...(proof !== undefined && { proof }),
        };
        emit({ v: 1, t: 'fault', id, kind, event, at: now(), ...marked });
      } catch (cause) {
        teller.error ??= { cause };
        stop();
      }
    },
  };
  return teller;
}
