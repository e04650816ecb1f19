// One planned fault from its injection to its healing: everything it does, and all that may go wrong with it, becomes a
// line. Neither function rejects, so one fault's trouble never keeps another from being healed.
//
//     plan ─► journal ─► inject ─► watch … heal ─► last look ─► journal
import { random } from '../../fixtures/random.ts';
import type { FaultLine } from '../history.ts';
import type { Journal } from '../journal.ts';
import type { PlannedFault } from '../plan.ts';
import type { Levers } from '../targets/levers.ts';
import { messageOf, within } from './bounded.ts';
import type { Fault, Look } from './fault.ts';
import type { FaultLimits } from './limits.ts';
import { mend } from './mend.ts';
import { type Watch, watchForProof } from './watch.ts';

/** What the history says of a fault with each line. */
export interface ToldFault {
  readonly id: string;
  readonly kind: string;
  readonly hostile?: true;
  readonly outage?: true;
}

export interface FaultContext {
  readonly levers: Levers;
  readonly seed: string;
  readonly journal: Journal;
  readonly limits: FaultLimits;
  /** Nothing is injected once it has aborted. */
  readonly signal: AbortSignal;
  /** Never throws. */
  tell(fault: ToldFault, event: FaultLine['event'], proof?: string): void;
}

export interface OpenFault extends ToldFault {
  readonly fault: Fault;
  readonly memory: unknown;
  readonly watch: Watch;
  /** Resolves when the injecting call has come back, which may be after its time limit. */
  readonly settled: Promise<void>;
  /** The injection failed: it may have taken effect all the same, so it is healed, but its window is not waited for. */
  readonly failed: boolean;
}

/** `null` when it was not injected, and a line says why. */
export async function openFault(plan: PlannedFault, fault: Fault, context: FaultContext): Promise<OpenFault | null> {
  const { levers, limits, signal, journal } = context;
  const { id, kind } = plan;
  try {
    const chance = random(context.seed, 'fault', id);
    const memory = await within(limits.planMaxMs, `planning ${kind}`, () => fault.plan(levers, chance));
    if (signal.aborted) throw new Error('never injected: the run ended while it was being planned');
    await journal.opening({ id, kind, memory });
    return await inject(plan, fault, memory, context);
  } catch (error) {
    context.tell({ id, kind }, 'failed', messageOf(error));
    return null;
  }
}

async function inject(plan: PlannedFault, fault: Fault, memory: unknown, context: FaultContext): Promise<OpenFault> {
  const { levers, limits, journal } = context;
  const { id } = plan;
  const name: ToldFault = {
    id,
    kind: fault.kind,
    ...(fault.hostile && { hostile: true }),
    ...((fault.outage || plan.outage) && { outage: true }),
  };
  // Before the call goes out: the first effect may not be earlier than its line.
  context.tell(name, 'injected');
  const call = Promise.resolve().then(() => fault.inject(levers, memory));
  let failed = false;
  try {
    await within(limits.injectMaxMs, `injecting ${fault.kind}`, () => call);
    await journal.open(id);
  } catch (error) {
    failed = true;
    context.tell(name, 'failed', messageOf(error));
  }
  const watch = watchForProof(lookOf(fault, levers, memory), limits, ({ proof }) =>
    context.tell(name, 'proved', proof),
  );
  const settled = call.catch(() => {});
  return { ...name, fault, memory, watch, settled, failed };
}

/** Heals it, takes the last look, and says what came of both. Resolves to whether it is healed. */
export async function closeFault(open: OpenFault, context: FaultContext): Promise<boolean> {
  const { levers, limits, journal } = context;
  // An injection that is late must not land after the healing.
  await within(limits.injectMaxMs, `injecting ${open.kind}`, () => open.settled).catch(() => {});
  const trouble = await mend(open.fault, levers, open.memory, limits).then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  const evidence = await open.watch.stop();
  if (!evidence.bit) context.tell(open, 'not-proved', evidence.proof);
  if (trouble !== null) {
    context.tell(open, 'failed', trouble);
    return false;
  }
  context.tell(open, 'healed');
  await journal.healed(open.id).catch((error: unknown) => {
    context.tell(open, 'failed', `it is healed, but the journal could not be written: ${messageOf(error)}`);
  });
  return true;
}

/** Making the look may fail as well as looking: either proves nothing. */
function lookOf(fault: Fault, levers: Levers, memory: unknown): Look {
  try {
    return fault.prove(levers, memory);
  } catch (error) {
    return () => Promise.reject(error);
  }
}
