// What every driver is given: the plan, the people's accounts, the target and where lines of history go.
import type { ClinicianIndex, PatientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine } from '../history.ts';
import type { SessionPlan } from '../plan.ts';
import type { PlanInput } from '../planner.ts';
import type { Account, Http, Target } from '../targets/target.ts';
import type { Client } from './client.ts';
import type { Connection } from './connect-to.ts';
import type { Turns } from './turns.ts';

/** Between a session (or `admin`) and its client: sees what is said, and says it on. */
export type Overhear = (session: string, http: Http) => Http;

export interface DriveInput {
  readonly plan: PlanInput;
  readonly run: number;
  readonly target: Target;
  /** Milliseconds since the epoch at which the plan's time 0 lies. */
  readonly loadStartedAt: number;
  readonly connection: Connection;
  accountOf(patient: PatientIndex): Account;
  clinicianAccountOf(clinician: ClinicianIndex): Account;
  recording(patient: PatientIndex, item: number, segment: 0 | 1): Promise<Uint8Array<ArrayBuffer>>;
  /** Where the target declares a rate limit. */
  readonly turns?: Turns;
  emit(line: HistoryLine): void;
  /** Aborted: begin nothing more, finish soon. */
  readonly signal: AbortSignal;
  /** Of the node driver only. */
  readonly overhear?: Overhear;
}

/** A load that could begin at once, but has not been told to. */
export interface Load {
  /** Resolves when the plan's time is over or the signal aborted it; rejects when the driver could not do its work. `loadStartedAt` is best a moment ahead. */
  drive(loadStartedAt: number): Promise<void>;
  /** What looks, where the load has browsers: for the alarm test. */
  readonly eyes?: Eyes | undefined;
  /** Ends it, whatever it is doing, and leaves nothing behind. */
  close(): Promise<void>;
}

/** A browser's way of performing a session: the target's pages for its actions, and a client with a screen. */
export interface Eyes {
  readonly target: Target;
  openClient(session: Pick<SessionPlan, 'id' | 'device' | 'patient'>): Client;
}

/** Two loads at the same time, such as k6's sessions and browsers'. The first error ends the other too. */
export function sideBySide(first: Load, second: Load): Load {
  return {
    eyes: second.eyes ?? first.eyes,
    async drive(loadStartedAt) {
      const ended = await Promise.allSettled(
        [first, second].map((load, at, both) =>
          load.drive(loadStartedAt).catch(async (error: unknown) => {
            await both[1 - at]?.close();
            throw error;
          }),
        ),
      );
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}

/** A driver in two steps: what takes its time (k6 loads its users) happens before the plan's time 0 is set. */
export type PrepareDriver = (input: Omit<DriveInput, 'loadStartedAt'>) => Promise<Load>;
