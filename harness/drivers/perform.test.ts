// The interpreter by small plans: each step's outcome, and what becomes of the rest of the session.
import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine, Operation } from '../history.ts';
import type { Action, SessionPlan, Step } from '../plan.ts';
import { type ActionFunctions, defineTarget, type Target } from '../targets/target.ts';
import { openBoard } from './board.ts';
import { type Client, HttpFailure } from './client.ts';
import { performSession, type Stagehand } from './perform.ts';

const ok = async () => ({ outcome: 'ok' }) as const;
const everything: ActionFunctions = { 'sign-in': ok, 'who-am-i': ok, 'view-history': ok, watch: ok, 'sign-out': ok };

function targetWith(actions: ActionFunctions): Target {
  const nothing = { headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 };
  const enrolment = { enrol: async () => ({}), addConsultation: async () => {}, unenrol: async () => {} };
  return defineTarget({ name: 'test', declares: nothing, actions, enrolment });
}

interface Played {
  readonly operations: Operation[];
  readonly lines: HistoryLine[];
  readonly client: { frozen: boolean; closed: boolean; hangUps: (number | null)[] };
}

async function play(actions: ActionFunctions, steps: readonly (Action | Step)[], endMs = 60_000): Promise<Played> {
  const client = { frozen: false, closed: false, hangUps: [] as (number | null)[] };
  const lines: HistoryLine[] = [];
  const port: Client = {
    http: { request: () => Promise.reject(new Error('not in this test')) },
    hangUpAfter: (ms) => void client.hangUps.push(ms),
    freezeCookies: () => {
      client.frozen = true;
    },
    take: () => ({ exchanges: [], sessionValues: [] }),
    beside: () => ({ ...port, close: async () => {} }),
    close: async () => {
      client.closed = true;
    },
  };
  const stagehand: Stagehand = {
    run: 1,
    seed: 's',
    target: targetWith(actions),
    loadStartedAt: Date.now(),
    accountOf: () => ({ id: 'a' }),
    recording: async () => new Uint8Array(),
    openClient: () => port,
    emit: (line) => lines.push(line),
    now: () => Date.now(),
    meet: async () => {},
    board: openBoard(50),
    stopped: () => false,
  };
  const plan: SessionPlan = {
    id: 's1',
    lane: 0,
    scenario: 'test',
    patient: patientIndex(0),
    startMs: 0,
    endMs,
    steps: steps.map((step) => ('action' in step ? step : { atMs: 0, action: step })),
  };
  await performSession(plan, stagehand);
  return { operations: lines.filter((line): line is Operation => line.t === 'operation'), lines, client };
}

const signIn: Action = { kind: 'sign-in', by: 'cookie' };
const look: Action = { kind: 'who-am-i' };

describe('performSession', () => {
  it('writes one operation for each action, with the state of the credentials when it began', async () => {
    const { operations, client } = await play(everything, [signIn, look, { kind: 'sign-out' }, look]);
    expect(operations.map(({ action, signedIn, outcome }) => [action, signedIn, outcome])).toEqual([
      ['sign-in', 'never', 'ok'],
      ['who-am-i', 'yes', 'ok'],
      ['sign-out', 'yes', 'ok'],
      ['who-am-i', 'ended', 'ok'],
    ]);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(4);
    expect(client).toMatchObject({ frozen: true, closed: true });
  });

  it('tries to sign in three times, each an operation, and then leaves the rest undone', async () => {
    const { operations, lines } = await play({ ...everything, 'sign-in': async () => ({ outcome: 'failed' }) }, [
      signIn,
      look,
      look,
    ]);
    expect(operations.map(({ action }) => action)).toEqual(['sign-in', 'sign-in', 'sign-in']);
    expect(lines.at(-1)).toMatchObject({ t: 'skipped', steps: 2, why: 'could not sign in (3 attempts)' });
  });

  it('plans the hang-up of one request only, and marks the operation after it', async () => {
    const cut = async () => {
      throw new HttpFailure('aborted', 'hung up');
    };
    const { operations, client } = await play({ ...everything, 'view-history': cut }, [
      signIn,
      { atMs: 0, action: { kind: 'view-history', page: 'json' }, abortAfterMs: 5 },
      look,
      look,
    ]);
    expect(client.hangUps).toEqual([null, 5, null, null]);
    expect(operations.map(({ outcome, afterAbort }) => [outcome, afterAbort ?? false])).toEqual([
      ['ok', false],
      ['aborted', false],
      ['ok', true],
      ['ok', false],
    ]);
  });

  it.each([
    ['throws', async () => Promise.reject(new Error('no such field')), /no such field/],
    ['returns nothing', async () => undefined as never, /must return \{ outcome/],
    ['returns another word', async () => ({ outcome: 'fine' }) as never, /must return \{ outcome/],
  ])('goes on when the adapter %s', async (_, broken, message) => {
    const { operations } = await play({ ...everything, 'who-am-i': broken }, [signIn, look, { kind: 'sign-out' }]);
    expect(operations.map(({ outcome }) => outcome)).toEqual(['ok', 'adapter-error', 'ok']);
    expect(operations[1]?.detail).toMatch(message);
  });

  it('leaves out what the target has not, what there is nothing of to play, and what is too late', async () => {
    const { operations } = await play({ 'sign-in': ok }, [signIn, look, { kind: 'watch', pick: 0 }]);
    expect(operations.map(({ action }) => action)).toEqual(['sign-in']);
    const late = await play(everything, [signIn, look], -1);
    expect(late.lines).toMatchObject([{ t: 'skipped', steps: 2 }]);
  });
});
