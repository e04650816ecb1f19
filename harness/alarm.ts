// The alarm test: one session is handed another patient's credentials on purpose, and the oracle must ring. It proves on this
// very deployment that canaries survive the way from the store to the client: on lists, in the bytes of recordings, and, where
// browsers look, in the pixels of a playing video.
import type { PatientIndex } from '../fixtures/domain.ts';
import { now } from './clock.ts';
import { openBoard } from './drivers/board.ts';
import type { Connection } from './drivers/connect-to.ts';
import type { Eyes } from './drivers/drive.ts';
import { nodeClient } from './drivers/node-client.ts';
import { performSession, type Stagehand } from './drivers/perform.ts';
import { type Turns, takingTurns } from './drivers/turns.ts';
import type { HistoryLine } from './history.ts';
import type { Account, Target } from './targets/target.ts';

export interface AlarmInput {
  readonly target: Target;
  readonly run: number;
  readonly seed: string;
  /** The first acts, with the second's credentials. */
  readonly pair: readonly [PatientIndex, PatientIndex];
  readonly phase: 'before' | 'after';
  readonly connection: Connection;
  readonly eyes: Eyes | undefined;
  readonly turns: Turns | undefined;
  accountOf(patient: PatientIndex): Account;
  emit(line: HistoryLine): void;
}

const sessionMs = 20_000;
/** A browser takes its time to start. */
const eyesSessionMs = 60_000;

export async function testAlarm(input: AlarmInput): Promise<void> {
  const { target, run, connection, eyes } = input;
  await perform(input, 'alarm', sessionMs, {
    target,
    openClient: (session) =>
      nodeClient({
        ...connection,
        session,
        run,
        declares: target.declares,
        ...takingTurns(input.turns, { patient: input.pair[1] }),
      }),
  });
  if (eyes === undefined) return;
  await perform(input, 'alarm-eyes', eyesSessionMs, {
    target: eyes.target,
    // Whose credentials these are is known: of what they show no pictures are kept.
    openClient: (id) => eyes.openClient({ id, patient: input.pair[1] }),
  });
}

async function perform(
  input: AlarmInput,
  scenario: string,
  endMs: number,
  by: Pick<Stagehand, 'target' | 'openClient'>,
): Promise<void> {
  const { run, seed, phase } = input;
  const [viewer, owner] = input.pair;
  const plan = {
    id: `${scenario}-${phase}`,
    lane: 0,
    scenario,
    patient: viewer,
    startMs: 0,
    endMs,
    steps: [
      { atMs: 0, action: { kind: 'sign-in', by: 'bearer' } },
      { atMs: 0, action: { kind: 'view-history', page: 'json' } },
      { atMs: 0, action: { kind: 'watch', pick: 0 } },
      { atMs: 0, action: { kind: 'sign-out' } },
    ],
  } as const;
  await performSession(plan, {
    ...by,
    run,
    seed,
    loadStartedAt: now(),
    accountOf: (patient) => input.accountOf(patient === viewer ? owner : patient),
    clinicianAccountOf: () => ({}),
    recording: () => Promise.reject(new Error('the alarm test records nothing')),
    emit: (line) => input.emit(line.t === 'operation' ? { ...line, alarm: true } : line),
    now,
    meet: () => Promise.resolve(false),
    board: openBoard(),
    stopped: () => false,
  });
}
