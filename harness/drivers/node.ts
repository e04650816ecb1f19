// The node driver: performs the plan in this process, each lane a loop, with exact barriers and aborts.

import { now } from '../clock.ts';
import type { Barrier } from '../plan.ts';
import { type PlanInput, planLane } from '../planner.ts';
import { barriers } from './barrier.ts';
import { openBoard } from './board.ts';
import type { DriveInput, PrepareDriver } from './drive.ts';
import { nodeClient } from './node-client.ts';
import { performSession, type Stagehand } from './perform.ts';

export const prepareNode: PrepareDriver = async (input) => ({
  drive: (loadStartedAt) => driveInNode({ ...input, loadStartedAt }),
  close: () => Promise.resolve(),
});

export async function driveInNode(input: DriveInput): Promise<void> {
  const { plan, emit } = input;
  const broken = new AbortController();
  const signal = AbortSignal.any([input.signal, broken.signal]);
  const meeting = barriers(() => now() - input.loadStartedAt, signal);
  const endsAt = input.loadStartedAt + plan.durationMs;
  const stagehand: Stagehand = {
    run: input.run,
    seed: plan.seed,
    target: input.target,
    loadStartedAt: input.loadStartedAt,
    accountOf: input.accountOf,
    clinicianAccountOf: input.clinicianAccountOf,
    recording: input.recording,
    openClient: (session) =>
      nodeClient({ ...input.connection, session, run: input.run, declares: input.target.declares }),
    emit,
    now,
    meet: (barrier: Barrier) => meeting.meet(barrier),
    board: openBoard(),
    stopped: () => signal.aborted || now() >= endsAt,
  };
  const lanes = Array.from({ length: plan.lanes }, (_, lane) =>
    driveLane(plan, lane, stagehand).catch((error: unknown) => {
      // The others must not go on against a target that is being cleaned up.
      broken.abort(error);
    }),
  );
  await Promise.all(lanes);
  if (broken.signal.aborted) throw broken.signal.reason;
}

async function driveLane(plan: PlanInput, lane: number, stagehand: Stagehand): Promise<void> {
  for (const session of planLane(plan, lane)) {
    if (stagehand.stopped()) return;
    await performSession(session, stagehand);
  }
}
