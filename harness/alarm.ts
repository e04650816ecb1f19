// The alarm test: one session is handed another patient's credentials on purpose, and the oracle must ring. It proves on this
// very deployment that canaries survive the way from the store to the client, on lists and in the bytes of recordings.
import type { PatientIndex } from '../fixtures/domain.ts';
import { now } from './clock.ts';
import { openBoard } from './drivers/board.ts';
import { nodeClient } from './drivers/node-client.ts';
import { performSession } from './drivers/perform.ts';
import type { HistoryLine } from './history.ts';
import type { Account, Target } from './targets/target.ts';

export interface AlarmInput {
  readonly target: Target;
  readonly run: number;
  readonly seed: string;
  /** The first acts, with the second's credentials. */
  readonly pair: readonly [PatientIndex, PatientIndex];
  readonly phase: 'before' | 'after';
  readonly connection: { readonly origin: string; readonly allowedHosts: readonly string[] };
  accountOf(patient: PatientIndex): Account;
  emit(line: HistoryLine): void;
}

const sessionMs = 20_000;

export async function testAlarm(input: AlarmInput): Promise<void> {
  const [viewer, owner] = input.pair;
  const { target, run, seed, phase, connection } = input;
  const plan = {
    id: `alarm-${phase}`,
    lane: 0,
    scenario: 'alarm',
    patient: viewer,
    startMs: 0,
    endMs: sessionMs,
    steps: [
      { atMs: 0, action: { kind: 'sign-in', by: 'bearer' } },
      { atMs: 0, action: { kind: 'view-history', page: 'json' } },
      { atMs: 0, action: { kind: 'watch', pick: 0 } },
      { atMs: 0, action: { kind: 'sign-out' } },
    ],
  } as const;
  await performSession(plan, {
    run,
    seed,
    target,
    loadStartedAt: now(),
    accountOf: (patient) => input.accountOf(patient === viewer ? owner : patient),
    clinicianAccountOf: () => ({}),
    recording: () => Promise.reject(new Error('the alarm test records nothing')),
    openClient: (session) => nodeClient({ ...connection, session, run, declares: target.declares }),
    emit: (line) => input.emit(line.t === 'operation' ? { ...line, alarm: true } : line),
    now,
    meet: () => Promise.resolve(),
    board: openBoard(),
    stopped: () => false,
  });
}
