// Undoes what dead runs left broken: reads every run's journal, heals each open fault whose harness no longer lives, and
// writes that to the journal. A run that still lives heals its own. Never rejects over one run: it reports, and goes on.
import { join } from 'node:path';
import { isConnectionRefused, messageOf, within } from './faults/bounded.ts';
import type { Fault } from './faults/fault.ts';
import { faultNamed } from './faults/index.ts';
import { defaultLimits, type FaultLimits } from './faults/limits.ts';
import { mend } from './faults/mend.ts';
import { isAlive } from './faults/process.ts';
import { type JournalEntry, journalFileName, type LeversReference, openJournal, readJournal } from './journal.ts';
import { runsIn } from './run-folder.ts';
import type { Levers } from './targets/levers.ts';

/** `gone`: the deployment no longer exists. `running`: its run still lives. `failed`: still open, somebody must look. */
export type HealOutcome = 'healed' | 'gone' | 'running' | 'failed';

export interface HealedFault {
  /** Name of the run's folder. */
  readonly run: string;
  /** Fault id and kind; both empty when the journal itself could not be read. */
  readonly id: string;
  readonly kind: string;
  readonly outcome: HealOutcome;
  readonly detail: string;
}

/** Empty: nothing was left open. */
export type HealReport = readonly HealedFault[];

/** For a fault of that kind; null when the deployment is gone. */
export type ConnectLevers = (reference: LeversReference, fault: Fault) => Levers | null | Promise<Levers | null>;

export interface HealOptions {
  readonly limits?: FaultLimits;
  readonly named?: (kind: string) => Fault;
}

export async function healLeftovers(
  runsFolder: string,
  connectLevers: ConnectLevers,
  { limits = defaultLimits, named = faultNamed }: HealOptions = {},
): Promise<HealReport> {
  const report: HealedFault[] = [];
  for (const run of await runsIn(runsFolder)) {
    const folder = join(runsFolder, run);
    try {
      // The newest first, as the run itself would have.
      const leftovers = (await readJournal(join(folder, journalFileName))).filter((entry) => entry.state !== 'healed');
      for (const entry of leftovers.reverse()) {
        const { outcome, detail } = await healOne(entry, connectLevers, limits, named).catch(failed);
        report.push({ run, id: entry.id, kind: entry.kind, outcome, detail });
        if (outcome === 'healed' || outcome === 'gone') await noteHealed(folder, entry, `${outcome}: ${detail}`);
      }
    } catch (error) {
      report.push({ run, id: '', kind: '', ...failed(error) });
    }
  }
  return report;
}

type Outcome = Pick<HealedFault, 'outcome' | 'detail'>;

function failed(error: unknown): Outcome {
  return { outcome: 'failed', detail: messageOf(error) };
}

async function healOne(
  entry: JournalEntry,
  connectLevers: ConnectLevers,
  limits: FaultLimits,
  named: (kind: string) => Fault,
): Promise<Outcome> {
  if (await isAlive(entry.harness.pid, entry.harness.started)) {
    return { outcome: 'running', detail: `its run is still going on (process ${entry.harness.pid}) and will heal it` };
  }
  const fault = named(entry.kind);
  const levers = await connectLevers(entry.levers, fault);
  if (levers === null) {
    const mended = (await fault.abandon?.(entry.memory)) ?? 'nothing of it is left to heal';
    return { outcome: 'gone', detail: `nothing listens at ${entry.levers.adminUrl} any more; ${mended}` };
  }
  if (fault.at !== undefined) {
    await mend(fault, levers, entry.memory, limits);
    return { outcome: 'healed', detail: `healed at the system ${fault.at.system}` };
  }
  try {
    await within(limits.lookMaxMs, `reaching ${entry.levers.adminUrl}`, () => levers.nodes());
    await mend(fault, levers, entry.memory, limits);
    return { outcome: 'healed', detail: `healed at ${entry.levers.adminUrl}` };
  } catch (error) {
    if (!isConnectionRefused(error)) throw error;
    throw new Error(
      `nothing listens at ${entry.levers.adminUrl} now; start it and heal again, for this is written down only here`,
    );
  }
}

async function noteHealed(folder: string, entry: JournalEntry, note: string): Promise<void> {
  const journal = await openJournal(folder, entry.levers);
  await journal.healed(entry.id, note).finally(() => journal.close());
}
