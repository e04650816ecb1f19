// Where trials are held, one after another: the clinic started as it was on the day, or the deployment that is there already. Each
// trial has people of its own, so that nothing of an earlier one is taken for its own; between two everything that may be kept in
// caches and connections is thrown away, as far as there are levers.
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { random } from '../../fixtures/random.ts';
import { freshen } from '../calibration/freshen.ts';
import type { Drill } from '../drill.ts';
import type { Overhear } from '../drivers/drive.ts';
import { prepareNode } from '../drivers/node.ts';
import { messageOf } from '../faults/bounded.ts';
import type { HistoryLine } from '../history.ts';
import { liveWatch } from '../live.ts';
import { type ExplicitPlan, planInputOf } from '../reproduction/explicit-plan.ts';
import { type Outcome, outcomeOf } from '../reproduction/outcome.ts';
import type { Wanted } from '../reproduction/wanted.ts';
import { run } from '../run.ts';
import { createTrialFolder, type KeptDrill, type RunFolder } from '../run-folder.ts';
import { noteRunning } from '../running.ts';
import type { Levers } from '../targets/levers.ts';
import { keptClinic, type RunningClinic, startClinic } from './clinic-process.ts';
import { type Deployment, openDeployment, requireReachable } from './deployment.ts';

export interface TrialOptions {
  /** The alarm is tested after the load: without it, silence is worth less. */
  readonly alarm?: boolean;
  readonly overhear?: Overhear;
  /** In place of the deployment's own. */
  readonly levers?: Levers;
}

export interface HeldTrial {
  readonly outcome: Outcome;
  readonly lines: readonly HistoryLine[];
  readonly ms: number;
}

export interface TrialStand {
  readonly deployment: Deployment;
  /** The clinic was started for the trials. */
  readonly clinic: RunningClinic | null;
  /**
   * Lets everybody of the run come and go once, where the clinic was started for the trials: what it keeps of people who were there, such as
   * numbers, is then as it was after the run, in the first trial as in the last, and in `confirm` as in `shrink`. Throws when they could not
   * come: silence would then prove nothing.
   */
  receive(whole: ExplicitPlan): Promise<void>;
  hold(plan: ExplicitPlan, options?: TrialOptions): Promise<HeldTrial>;
  /** Throws away what is kept, as before each trial but the first. */
  freshen(): Promise<void>;
  close(): Promise<void>;
}

export interface StandInput {
  readonly kept: KeptDrill;
  /** What all its trials look for. */
  readonly wanted: Wanted;
  /** The clinic is started without its bugs, as a fix would leave it. */
  readonly mended?: boolean;
  readonly target?: { readonly url?: string; readonly adminUrl?: string };
  readonly owned: readonly string[];
  readonly signal: AbortSignal;
}

/** Ready adapters whose deployment may be started anew between two trials. */
const clinicAdapter = 'clinic';
const secretEnv = 'CROSSTALK_TRIAL_CLINIC_SECRET';
/** After the leak that was looked for. */
const lingerMs = 150;
/** Requests that move the balancer on before a trial. */
const turnsMax = 5;
const receptionsMax = 2;

export async function openStand(input: StandInput): Promise<TrialStand> {
  const { kept, wanted, mended = false, signal } = input;
  const clinic = kept.clinic ? await startClinic({ ...keptClinic(kept.clinic), ...(mended && { bug: [] }) }) : null;
  try {
    if (clinic) process.env[secretEnv] = clinic.secret;
    const drill: Drill = { ...kept.drill, target: { ...kept.drill.target, ...targetOf(input, clinic) } };
    const deployment = await openDeployment(drill, input.owned);
    await requireReachable(drill.target);
    let number = 0;
    let restart = true;
    const refresh = (): Promise<void> => throwAway(deployment.levers, drill.target.adapter === clinicAdapter, restart);
    const dice = random(drill.seed, 'turns');
    const hold: TrialStand['hold'] = async (plan, options = {}) => {
      const began = performance.now();
      const told = await (async () => {
        if (number > 0) await refresh();
        await turn(drill.target, dice.between(0, turnsMax));
        number += 1;
        return await holdTrial({ deployment, kept, number, plan, wanted, signal, ...options });
      })().catch((error: unknown) => ({ outcome: { kind: 'void', why: messageOf(error) } as const, lines: [] }));
      restart = mayOutliveIt(plan, told.outcome);
      return { ...told, ms: Math.round(performance.now() - began) };
    };
    return {
      deployment,
      clinic,
      hold,
      async receive(whole) {
        if (!clinic) return;
        let why = '';
        for (let attempt = 0; attempt < receptionsMax && !signal.aborted; attempt++) {
          const { outcome } = await hold({ ...whole, sessions: [], faults: [] });
          if (outcome.kind !== 'void') return;
          why = outcome.why;
        }
        if (!signal.aborted)
          throw new Error(
            `the people of the run, on whose having been there a leak may hang, could not be brought: ${why}`,
          );
      },
      freshen: () => {
        restart = true;
        return refresh();
      },
      async close() {
        await clinic?.stop();
        if (clinic) delete process.env[secretEnv];
      },
    };
  } catch (error) {
    await clinic?.stop();
    throw error;
  }
}

function targetOf({ target }: StandInput, clinic: RunningClinic | null): Partial<Drill['target']> {
  if (clinic) return { url: clinic.url, adminUrl: clinic.adminUrl, adminSecretEnv: secretEnv };
  return { ...target };
}

/** What hang-ups, faults and sessions broken off do to an instance. A quiet trial leaves nothing but what is kept in caches. */
const mayOutliveIt = ({ faults, sessions }: ExplicitPlan, { kind }: Outcome): boolean =>
  kind !== 'silent' ||
  faults.length > 0 ||
  sessions.some(({ steps }) => steps.some(({ abortAfterMs }) => abortAfterMs !== undefined));

/** Only the clinic's instances are started anew; anybody else's keep what they keep in memory. */
async function throwAway(levers: Levers, isClinic: boolean, restart: boolean): Promise<void> {
  if (isClinic && levers.signal) return freshen(levers, { restart });
  await levers.cache?.set('ok', 0);
  await levers.cache?.flush();
  await levers.cache?.cutConnections();
  await levers.edge?.purge();
}

/**
 * Moves the balancer on. Equal trials make equally many requests: where their number is even, each would meet the same turn of a round
 * robin, and a leak that goes by it would seem certain here and impossible on another deployment.
 */
async function turn(target: Drill['target'], count: number): Promise<void> {
  for (let turned = 0; turned < count; turned++) {
    // Unlike any other, or a cache would answer.
    await requireReachable({ ...target, url: new URL(`/?turn=${randomUUID()}`, target.url).href });
  }
}

interface TrialInput extends TrialOptions {
  readonly deployment: Deployment;
  readonly kept: KeptDrill;
  readonly number: number;
  readonly plan: ExplicitPlan;
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
}

async function holdTrial(input: TrialInput): Promise<Omit<HeldTrial, 'ms'>> {
  const { deployment, kept, number, plan, wanted, signal, alarm = false, overhear } = input;
  const { drill, target, leversReference, adminSecret, leases } = deployment;
  const levers = input.levers ?? deployment.levers;
  const folder = createTrialFolder({ ...kept, drill, faults: plan.faults }, new Date(), number);
  const noLongerRunning = await noteRunning(folder.path);
  const seen = new AbortController();
  const live = liveWatch(target.declares);
  const lines: HistoryLine[] = [];
  const judged = (): Outcome =>
    outcomeOf(lines, { declares: target.declares, strict: drill.strict, wanted, plan, alarm });
  let suspected = 0;
  let look: NodeJS.Timeout | undefined;
  try {
    await run({
      drill: { ...drill, driver: 'node', browser: 0, seed: plan.seed },
      plan: planInputOf(plan),
      target,
      levers,
      leversReference,
      prepareDriver: prepareNode,
      adminSecret,
      leases,
      folder,
      alarm: alarm ? ['after'] : [],
      ...(overhear && { overhear }),
      watch(line) {
        lines.push(line);
        const count = live.feed(line);
        if (count.suspected === suspected || overhear) return;
        suspected = count.suspected;
        // What has been looked for need not be waited for any longer.
        look ??= setTimeout(() => {
          look = undefined;
          if (judged().kind === 'reproduced') seen.abort('reproduced');
        }, lingerMs);
      },
      signal: AbortSignal.any([signal, seen.signal]),
    }).catch((error: unknown) => {
      // What went wrong stands in the history; without one it is all there is to say.
      if (!lines.some(({ t }) => t === 'phase')) throw error;
    });
    return { outcome: signal.aborted ? { kind: 'void', why: 'interrupted' } : judged(), lines };
  } finally {
    clearTimeout(look);
    noLongerRunning();
    if (!leftSomething(folder, lines)) rmSync(folder.path, { recursive: true, force: true });
  }
}

/** People or open faults, which `crosstalk heal` finds by the folder. */
function leftSomething({ people }: RunFolder, lines: readonly HistoryLine[]): boolean {
  const healed = new Set(lines.flatMap((line) => (line.t === 'fault' && line.event === 'healed' ? [line.id] : [])));
  const isOpen = lines.some((line) => line.t === 'fault' && line.event === 'injected' && !healed.has(line.id));
  return isOpen || existsSync(people);
}
