// Drives a containment drill: lets the leak show, pulls the switch, watches until it has been dark for a while or the time is up,
// releases, and looks whether own data is back. It judges nothing: all that happened is in the history.
//
//     looks ──► foreign on each planted channel ──► pull ──► quiet, or time up ──► release ──► own data back
import type { PatientIndex } from '../../fixtures/domain.ts';
import { now } from '../clock.ts';
import { openBoard } from '../drivers/board.ts';
import type { DriveInput, PrepareDriver } from '../drivers/drive.ts';
import { nodeClient } from '../drivers/node-client.ts';
import { performSession, type Stagehand } from '../drivers/perform.ts';
import { sleep } from '../drivers/sleep.ts';
import { takingTurns } from '../drivers/turns.ts';
import { within } from '../faults/bounded.ts';
import type { HistoryLine } from '../history.ts';
import type { SessionPlan } from '../plan.ts';
import type { Http, Switch } from '../targets/target.ts';
import { switchFaultId } from './judge.ts';
import {
  type ContainCast,
  type ContainTiming,
  castOf,
  channelOf,
  neighboursAtWork,
  newcomer,
  ownerFor,
  ownLook,
  plantedScenario,
  recordingsOnly,
  watchers,
} from './sessions.ts';

export interface ContainInput {
  readonly name: string;
  readonly switch: Switch;
  readonly admin: Http;
  readonly withinMs: number;
  readonly quietMs: number;
  readonly probeEveryMs: number;
  /** The leak shows for so long at least before the switch is pulled. */
  readonly showForMs: number;
  /** Called before the switch is pulled, so that it can be released whatever becomes of this process; and once it is. */
  notePulled(): void;
  noteReleased(): void;
  say(line: string): void;
}

const callMaxMs = 20_000;
/** Until each planted channel has shown what it should; beyond it the drill goes on, and says that it could not judge. */
const showMaxMs = 30_000;
/** A slow target is watched for longer, until enough looks were answered. */
const slowMaxMs = 30_000;
const ownBackMaxMs = 20_000;
const looksMin = 3;
const lookEveryMs = 50;

export const containDriver =
  (contain: ContainInput): PrepareDriver =>
  async (input) => ({
    drive: (loadStartedAt) => drive({ ...input, loadStartedAt }, contain),
    close: () => Promise.resolve(),
  });

async function drive(input: DriveInput, contain: ContainInput): Promise<void> {
  const cast = castOf(input.plan.lanes);
  const tracker = track(input);
  const over = new AbortController();
  const ended = AbortSignal.any([input.signal, over.signal]);
  const stage = stagehand(input, tracker.emit, () => ended.aborted);
  const probes = look(stage, cast, contain, ended);
  // Whoever awaits it later sees the error.
  probes.catch(() => {});
  let pulled = false;
  try {
    await ownData(stage, cast, 0, 1);
    await untilShown(tracker, contain, ended);
    if (ended.aborted) return;
    pulled = true;
    await pull(contain, input);
    await untilQuiet(tracker, contain, ended);
  } finally {
    over.abort();
    await probes.catch((error: unknown) =>
      contain.say(`a look failed: ${error instanceof Error ? error.message : error}`),
    );
    if (pulled) await release(contain, input);
  }
  // The stage of the looks has ended; this one goes on.
  await ownData(
    stagehand(input, input.emit, () => input.signal.aborted),
    cast,
    ownBackMaxMs,
    1_000,
  );
}

type Stage = Stagehand & { readonly stopped: () => boolean };

function stagehand(input: DriveInput, emit: (line: HistoryLine) => void, stopped: () => boolean): Stage {
  const { run, target, connection, plan } = input;
  return {
    run,
    seed: plan.seed,
    target,
    loadStartedAt: input.loadStartedAt,
    accountOf: input.accountOf,
    clinicianAccountOf: input.clinicianAccountOf,
    recording: input.recording,
    openClient: (session, whose) =>
      nodeClient({ ...connection, session, run, declares: target.declares, ...takingTurns(input.turns, whose) }),
    emit,
    now,
    meet: () => Promise.resolve(false),
    board: openBoard(),
    stopped,
  };
}

/** A planted session acts in its own name, with another's account. */
const withAccountOf = (stage: Stage, { scenario }: Pick<SessionPlan, 'scenario'>): Stage =>
  scenario === plantedScenario
    ? { ...stage, accountOf: (patient: PatientIndex) => stage.accountOf(ownerFor(patient)) }
    : stage;

const perform = (stage: Stage, plan: SessionPlan): Promise<void> => performSession(plan, withAccountOf(stage, plan));

async function look(stage: Stage, cast: ContainCast, contain: ContainInput, ended: AbortSignal): Promise<void> {
  const { probeEveryMs, withinMs, quietMs } = contain;
  const timing: ContainTiming = { probeEveryMs, spanMs: showMaxMs + withinMs + quietMs + slowMaxMs };
  const sessions = [...watchers(cast, timing), ...neighboursAtWork(cast, timing)];
  const newcomers = async (): Promise<void> => {
    for (let number = 1; !ended.aborted; number++) {
      await perform({ ...stage, loadStartedAt: now() }, newcomer(cast, number));
      await sleep(probeEveryMs);
    }
  };
  await Promise.all([...sessions.map((plan) => perform(stage, plan)), newcomers()]);
}

interface Tracker {
  emit(line: HistoryLine): void;
  /** When something foreign was seen last; and by which planted channels, ever. */
  lastForeignAt(): number;
  shown(): ReadonlySet<string>;
  /** Fewest answered looks of any planted channel since then. */
  fewestLooksSince(at: number): number;
}

/** No judgement: what looks foreign at a glance says how long to watch. The oracle says later what was. */
function track({ emit, run }: DriveInput): Tracker {
  let lastForeignAt = 0;
  const shown = new Set<string>();
  const looksAt = new Map<string, number[]>();
  return {
    emit(line) {
      emit(line);
      if (line.t !== 'operation') return;
      const channel = channelOf(line);
      if (channel === null || !line.exchanges.some(({ status }) => status > 0)) return;
      const counts = !recordingsOnly.has(channel) || line.action === 'watch' || line.action === 'follow-link';
      const foreign =
        counts &&
        line.exchanges.some(({ sightings }) =>
          sightings.some((sighting) => sighting.run === run && sighting.owner !== line.patient),
        );
      if (foreign) lastForeignAt = Math.max(lastForeignAt, line.endedAt);
      if (line.scenario !== plantedScenario) return;
      if (foreign) shown.add(channel);
      const looks = looksAt.get(channel) ?? [];
      looks.push(line.endedAt);
      looksAt.set(channel, looks);
    },
    lastForeignAt: () => lastForeignAt,
    shown: () => shown,
    fewestLooksSince: (at) =>
      Math.min(...[...shown].map((channel) => (looksAt.get(channel) ?? []).filter((endedAt) => endedAt > at).length)),
  };
}

const plantedChannels = ['lists', 'bytes', 'open-pages', 'signed-links'] as const;

async function untilShown(tracker: Tracker, { showForMs, say }: ContainInput, ended: AbortSignal): Promise<void> {
  const from = now();
  say('letting the leak show …');
  while (!ended.aborted && now() - from < showMaxMs) {
    const all = plantedChannels.every((channel) => tracker.shown().has(channel));
    if (all && now() - from >= showForMs) return;
    await sleep(lookEveryMs);
  }
}

async function untilQuiet(tracker: Tracker, contain: ContainInput, ended: AbortSignal): Promise<void> {
  const { withinMs, quietMs, say } = contain;
  const from = now();
  say('watching until it is dark …');
  while (!ended.aborted) {
    const sinceMs = now() - from;
    const isQuiet = now() - Math.max(from, tracker.lastForeignAt()) >= quietMs;
    const enough = tracker.shown().size === 0 || tracker.fewestLooksSince(from) >= looksMin;
    if (enough && (isQuiet || sinceMs >= withinMs + quietMs)) return;
    if (sinceMs >= withinMs + quietMs + slowMaxMs) return;
    await sleep(lookEveryMs);
  }
}

const kindOf = ({ name }: ContainInput): string => `switch ${name}`;

async function pull(contain: ContainInput, { emit }: DriveInput): Promise<void> {
  const line = { v: 1, t: 'fault', id: switchFaultId, kind: kindOf(contain) } as const;
  contain.notePulled();
  contain.say(`pulling ${contain.name} …`);
  emit({ ...line, event: 'injected', at: now() });
  try {
    await within(callMaxMs, 'pulling the switch', () => contain.switch.pull(contain.admin));
    emit({ ...line, event: 'proved', at: now(), proof: 'the call that pulls it returned' });
  } catch (error) {
    emit({ ...line, event: 'failed', at: now(), proof: error instanceof Error ? error.message : String(error) });
  }
}

const releaseAttemptsMax = 3;

/** Tried again, for a deployment that stays shut is the harm that a drill must not do. */
async function release(contain: ContainInput, { emit }: DriveInput): Promise<void> {
  const line = { v: 1, t: 'fault', id: switchFaultId, kind: kindOf(contain) } as const;
  contain.say(`releasing ${contain.name} …`);
  for (let attempt = 1; ; attempt++) {
    try {
      await within(callMaxMs, 'releasing the switch', () => contain.switch.release(contain.admin));
      emit({ ...line, event: 'healed', at: now() });
      contain.noteReleased();
      return;
    } catch (error) {
      if (attempt >= releaseAttemptsMax) throw error;
      await sleep(lookEveryMs * 10);
    }
  }
}

/** Looks for what is one's own until it is whole, at most for so long; once at least. */
async function ownData(stage: Stage, cast: ContainCast, limitMs: number, first: number): Promise<void> {
  const from = now();
  for (let number = first; !stage.stopped(); number++) {
    let played = false;
    const emit = (line: HistoryLine): void => {
      stage.emit(line);
      if (line.t === 'operation' && line.action === 'watch') played = line.outcome === 'ok';
    };
    await perform({ ...stage, emit, loadStartedAt: now() }, ownLook(cast, number));
    if (played || now() - from >= limitMs) return;
    await sleep(lookEveryMs * 4);
  }
}
