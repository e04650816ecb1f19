// The browser driver: people at real browsers. Each lane's sessions are performed in a browser profile of their own (or one after
// another in a device that they share), by the target's pages, and after every step everything in view is looked at.
import type { Browser } from '@playwright/test';
import { now } from '../clock.ts';
import { within } from '../faults/bounded.ts';
import type { SessionPlan } from '../plan.ts';
import { browserPlan, planLane } from '../planner.ts';
import { browserClient } from './browser-client.ts';
import { createDevice, type Device } from './browser-device.ts';
import type { DriveInput, Eyes, Load, PrepareDriver } from './drive.ts';
import { openEvidence } from './evidence.ts';
import { driveLanes } from './lanes.ts';
import { performSession, skip } from './perform.ts';
import { targetWithEyes } from './target-with-eyes.ts';

/** People are not so punctual. */
const barrierWaitMaxMs = 6_000;
/** After the run was told to end. */
const endsWithinMs = 1_500;
const browserCloseMaxMs = 10_000;
/** A lane that is this late leaves out a scene, as a whole: what two people do at one device means something only together. */
const sceneLateMaxMs = 10_000;

export interface BrowserInput {
  readonly launch: () => Promise<Browser>;
  readonly folder: string;
}

export function prepareBrowser({ launch, folder }: BrowserInput): PrepareDriver {
  return async (input) => {
    const browser = await launch();
    const evidence = openEvidence(folder);
    const devices = new Map<string, Device>();
    const inUse = new Set<Device>();
    let closed = false;
    const create = (): Device => {
      const options = { browser, ...input.connection, run: input.run, declares: input.target.declares };
      const device = createDevice({ ...options, closed: () => inUse.delete(device) });
      inUse.add(device);
      return device;
    };
    // A page that takes its time would hold up the end of the run: what is begun is given a moment.
    const endSoon = (): void => {
      setTimeout(() => {
        for (const device of inUse) void device.close();
      }, endsWithinMs).unref();
    };
    input.signal.addEventListener('abort', endSoon);
    const shared = (name: string): Device => {
      const known = devices.get(name) ?? create();
      devices.set(name, known);
      return known;
    };
    const eyes: Eyes = {
      target: targetWithEyes(input.target),
      openClient: ({ id, device, patient }) =>
        browserClient({
          device: device === undefined ? create() : shared(device),
          session: id,
          patient,
          evidence,
          ownsDevice: device === undefined,
          traceRun: input.connection.traceRun,
        }),
    };
    const putAway = async (name: string): Promise<void> => {
      const device = devices.get(name);
      devices.delete(name);
      await device?.close();
    };
    return {
      eyes,
      drive: (loadStartedAt) => driveInBrowsers({ ...input, loadStartedAt }, { eyes, putAway, closed: () => closed }),
      async close() {
        closed = true;
        input.signal.removeEventListener('abort', endSoon);
        await Promise.all([...inUse].map((device) => device.close()));
        // One that does not end by then ends with this process.
        await within(browserCloseMaxMs, 'ending the browser', () => browser.close()).catch(() => {});
      },
    } satisfies Load;
  };
}

interface Stage {
  readonly eyes: Eyes;
  putAway(device: string): Promise<void>;
  closed(): boolean;
}

async function driveInBrowsers(input: DriveInput, { eyes, putAway, closed }: Stage): Promise<void> {
  const people = browserPlan(input.plan);
  if (people === null) return;
  const { plan, lanes } = people;
  const lanesInput = { ...input, plan, target: eyes.target, barrierWaitMaxMs, closed };
  await driveLanes(lanesInput, lanes, async (lane, stagehand) => {
    let device: string | undefined;
    let scene = '';
    let leftOut = false;
    for (const session of planLane(plan, lane)) {
      if (stagehand.stopped()) break;
      if (sceneOf(session) !== scene) {
        scene = sceneOf(session);
        leftOut = now() > input.loadStartedAt + session.startMs + sceneLateMaxMs;
      }
      if (leftOut) {
        skip(session, session.steps.length, 'too late: the browsers were slower than the plan', stagehand);
        continue;
      }
      if (device !== undefined && session.device !== device) await putAway(device);
      device = session.device;
      const openClient = () => eyes.openClient(session);
      await performSession({ ...session, endMs: Number.POSITIVE_INFINITY }, { ...stagehand, openClient });
    }
    if (device !== undefined) await putAway(device);
  });
}

/** Its name stands before the seat's. */
const sceneOf = ({ id }: SessionPlan): string => id.split('-', 1)[0] ?? id;
