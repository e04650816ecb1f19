// The node driver: performs the plan in this process, each lane a loop, with exact barriers and aborts.
import { planLane } from '../planner.ts';
import type { DriveInput, PrepareDriver } from './drive.ts';
import { driveLanes } from './lanes.ts';
import { nodeClient } from './node-client.ts';
import { performSession, type Stagehand } from './perform.ts';
import { takingTurns } from './turns.ts';

export const prepareNode: PrepareDriver = async (input) => ({
  drive: (loadStartedAt) => driveInNode({ ...input, loadStartedAt }),
  close: () => Promise.resolve(),
});

export async function driveInNode(input: DriveInput): Promise<void> {
  const { plan, run, target, connection } = input;
  const lanes = Array.from({ length: plan.lanes }, (_, lane) => lane);
  await driveLanes(input, lanes, async (lane, stagehand) => {
    const openClient: Stagehand['openClient'] = (session, whose) => {
      const asked = { ...connection, session, run, declares: target.declares, ...takingTurns(input.turns, whose) };
      const client = nodeClient(asked);
      return input.overhear ? { ...client, http: input.overhear(session, client.http) } : client;
    };
    for (const session of planLane(plan, lane)) {
      if (stagehand.stopped()) return;
      await performSession(session, { ...stagehand, openClient });
    }
  });
}
