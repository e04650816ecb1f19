// Lanes that are driven in this process, each a loop of its own: what the node driver and the browser driver have in common.
import { now } from '../clock.ts';
import type { PlanInput } from '../planner.ts';
import { barriers } from './barrier.ts';
import { openBoard } from './board.ts';
import type { DriveInput } from './drive.ts';
import type { Stagehand } from './perform.ts';

export interface LanesInput extends DriveInput {
  readonly plan: PlanInput;
  /** How long the parties of a barrier wait for a late one; by default as long as `barriers` says. */
  readonly barrierWaitMaxMs?: number;
  /** The driver was told to end. */
  closed?(): boolean;
}

/** Everything but the client, which is each driver's own. */
export type LanesStagehand = Omit<Stagehand, 'openClient'>;

/** Resolves when all lanes have ended; one that fails ends the others, and its error is thrown. */
export async function driveLanes(
  input: LanesInput,
  lanes: readonly number[],
  playLane: (lane: number, stagehand: LanesStagehand) => Promise<void>,
): Promise<void> {
  const { plan, loadStartedAt, closed = () => false } = input;
  const broken = new AbortController();
  const signal = AbortSignal.any([input.signal, broken.signal]);
  const meeting = barriers(() => now() - loadStartedAt, signal, input.barrierWaitMaxMs, input.turns);
  const endsAt = loadStartedAt + plan.durationMs;
  const stagehand: LanesStagehand = {
    run: input.run,
    seed: plan.seed,
    target: input.target,
    loadStartedAt,
    accountOf: input.accountOf,
    clinicianAccountOf: input.clinicianAccountOf,
    recording: input.recording,
    emit: input.emit,
    now,
    meet: (barrier) => meeting.meet(barrier),
    board: openBoard(),
    stopped: () => closed() || signal.aborted || now() >= endsAt,
  };
  await Promise.all(
    lanes.map((lane) =>
      playLane(lane, stagehand).catch((error: unknown) => {
        // The others must not go on against a target that is being cleaned up.
        broken.abort(error);
      }),
    ),
  );
  if (broken.signal.aborted) throw broken.signal.reason;
}
