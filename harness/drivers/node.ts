// The node driver: performs the plan in this process, each lane a loop, with exact barriers and aborts.
import type { Barrier } from '../plan.ts';
import { type PlanInput, planLane } from '../planner.ts';
import { barriers } from './barrier.ts';
import type { DriveInput, PrepareDriver } from './drive.ts';
import { nodeClient, now } from './node-client.ts';
import { performSession, type Stagehand } from './perform.ts';

export const prepareNode: PrepareDriver = async (input) => ({
  drive: (loadStartedAt) => driveInNode({ ...input, loadStartedAt }),
  close: () => Promise.resolve(),
});

export async function driveInNode(input: DriveInput): Promise<void> {
  const { plan, emit, signal } = input;
  const meeting = barriers(() => now() - input.loadStartedAt, signal);
  const endsAt = input.loadStartedAt + plan.durationMs;
  const stagehand: Stagehand = {
    run: input.run,
    seed: plan.seed,
    target: input.target,
    loadStartedAt: input.loadStartedAt,
    accountOf: input.accountOf,
    recording: input.recording,
    openClient: (session) =>
      nodeClient({ ...input.connection, session, run: input.run, declares: input.target.declares }),
    emit,
    now,
    meet: (barrier: Barrier) => meeting.meet(barrier),
    stopped: () => signal.aborted || now() >= endsAt,
  };
  await Promise.all(Array.from({ length: plan.lanes }, (_, lane) => driveLane(plan, lane, stagehand)));
}

async function driveLane(plan: PlanInput, lane: number, stagehand: Stagehand): Promise<void> {
  for (const session of planLane(plan, lane)) {
    if (stagehand.stopped()) return;
    await performSession(session, stagehand);
  }
}
