// The interpreter by small plans: each step's outcome, and what becomes of the rest of the session.
import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { Exchange, HistoryLine, Operation } from '../history.ts';
import type { Action, SessionPlan, Step } from '../plan.ts';
import { type ActionFunctions, defineTarget, type Target } from '../targets/target.ts';
import { type Board, openBoard } from './board.ts';
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
  readonly client: { frozen: boolean; closed: boolean; hangUps: (number | null)[]; begun: string[] };
}

interface Circumstances {
  readonly endMs?: number;
  readonly lateMs?: number;
  /** The run is broken off after this long. */
  readonly stopMs?: number;
  readonly board?: Board;
  /** What the client has seen of each operation, in order. */
  readonly exchanges?: readonly (readonly Exchange[])[];
}

async function play(
  actions: ActionFunctions,
  steps: readonly (Action | Step)[],
  {
    endMs = 60_000,
    lateMs = 0,
    stopMs = Number.POSITIVE_INFINITY,
    board = openBoard(50),
    exchanges = [],
  }: Circumstances = {},
): Promise<Played> {
  const records = [...exchanges];
  const stopsAt = Date.now() + stopMs;
  const client = { frozen: false, closed: false, hangUps: [] as (number | null)[], begun: [] as string[] };
  const lines: HistoryLine[] = [];
  const issued: string[] = [];
  const port: Client = {
    http: { request: () => Promise.reject(new Error('not in this test')) },
    origin: 'http://test.example',
    payAhead: () => {},
    begin: (operation) => void client.begun.push(operation),
    hangUpAfter: (ms) => void client.hangUps.push(ms),
    issued: (fingerprints) => void issued.push(...fingerprints),
    freezeCookies: () => {
      client.frozen = true;
    },
    take: () => ({ exchanges: records.shift() ?? [], sessionValues: issued.splice(0) }),
    spentBytes: () => 0,
    beside: () => ({ ...port, close: async () => {} }),
    close: async () => {
      client.closed = true;
    },
  };
  const stagehand: Stagehand = {
    run: 1,
    seed: 's',
    target: targetWith(actions),
    loadStartedAt: Date.now() - lateMs,
    accountOf: () => ({ id: 'a' }),
    clinicianAccountOf: (clinician) => ({ id: `clinician ${clinician}` }),
    recording: async () => new Uint8Array(),
    openClient: () => port,
    emit: (line) => lines.push(line),
    now: () => Date.now(),
    meet: async () => false,
    board,
    stopped: () => Date.now() >= stopsAt,
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
const turnedOut = { status: 401 } as Exchange;

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
    expect(client).toMatchObject({ frozen: true, closed: true, begun: operations.map(({ id }) => id) });
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

  it('keeps what was issued by an action that fails, as a fingerprint, and tells each whether the session is signed in', async () => {
    const states: string[] = [];
    const actions: ActionFunctions = {
      ...everything,
      'sign-in': async (session) => {
        session.issued('an-access-token-of-theirs');
        return { outcome: 'ok', sessionValues: ['a-refresh-token-of-theirs'] };
      },
      'who-am-i': async (session) => {
        states.push(session.signedIn);
        session.issued('another-access-token');
        throw new Error('no such field');
      },
    };
    const { operations } = await play(actions, [signIn, look, { kind: 'sign-out' }, look]);
    expect(operations.map(({ sessionValues = [] }) => sessionValues.length)).toEqual([2, 1, 0, 1]);
    expect(operations[1]?.sessionValues).toEqual([expect.stringMatching(/^token=[0-9a-f]{16}$/)]);
    expect(states).toEqual(['yes', 'ended']);
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
    const late = await play(everything, [signIn, look], { endMs: -1 });
    expect(late.lines).toMatchObject([{ t: 'skipped', steps: 2 }]);
  });

  it.each([
    [500, 0, true],
    [2_000, 0, false],
    [2_000, 6_000, true],
    [3_500, 6_000, false],
  ])('plays a session that is %i ms late and %i ms long: %s', async (lateMs, lengthMs, isPlayed) => {
    // Behind a barrier, which opens at once in these tests.
    const last: Step = { atMs: lengthMs, action: look, barrier: { name: 'b', parties: 1, atMs: lengthMs } };
    const { operations, lines } = await play(everything, [signIn, last], { lateMs });
    if (isPlayed) expect(operations).toHaveLength(2);
    else expect(lines).toMatchObject([{ t: 'skipped', steps: 2, why: expect.stringContaining('too late') }]);
  });

  describe('a session that was turned out', () => {
    const refuse = async () => ({ outcome: 'refused' }) as const;
    const names = ({ operations }: Played): string[] => operations.map(({ action, outcome }) => `${action} ${outcome}`);
    const always = Array.from({ length: 9 }, () => [turnedOut]);

    it('signs in again, once', async () => {
      const played = await play({ ...everything, 'who-am-i': refuse }, [signIn, look, look, look], {
        exchanges: always,
      });
      expect(names(played)).toEqual([
        'sign-in ok',
        'who-am-i refused',
        'sign-in ok',
        'who-am-i refused',
        'who-am-i refused',
      ]);
    });

    it('signs in again after an attempt to renew its token, which was refused too', async () => {
      const renewed = [[], [turnedOut, { status: 400 } as Exchange]];
      const played = await play({ ...everything, 'who-am-i': refuse }, [signIn, look], { exchanges: renewed });
      expect(names(played)).toEqual(['sign-in ok', 'who-am-i refused', 'sign-in ok']);
    });

    it('is one that is told 401: a right that it lacks is another thing', async () => {
      const forbidden = [[], [{ status: 403 } as Exchange]];
      const played = await play({ ...everything, 'who-am-i': refuse }, [signIn, look, look], { exchanges: forbidden });
      expect(names(played)).toEqual(['sign-in ok', 'who-am-i refused', 'who-am-i refused']);
    });

    it('stays out after it left by itself, whatever came of that', async () => {
      for (const outcome of ['ok', 'failed'] as const) {
        const leaving: ActionFunctions = { ...everything, 'who-am-i': refuse, 'sign-out': async () => ({ outcome }) };
        const played = await play(leaving, [signIn, { kind: 'sign-out' }, look], { exchanges: always });
        expect(names(played)).toEqual(['sign-in ok', `sign-out ${outcome}`, 'who-am-i refused']);
      }
    });
  });

  it('hands the first playable link on, and leaves out a link that nobody posted', async () => {
    const board = openBoard(20);
    const seen: (string | null)[] = [];
    const actions: ActionFunctions = {
      ...everything,
      'view-history': async (session) => {
        session.playable = ['/r/1', '/r/2'];
        return { outcome: 'ok' };
      },
      'follow-link': async ({ postedLink }) => {
        seen.push(postedLink);
        return { outcome: 'ok' };
      },
    };
    const posting = { atMs: 0, action: { kind: 'view-history', page: 'json' }, postLinkAs: 'a' } as const;
    const posted = await play(actions, [signIn, posting], { board });
    const { lines, operations } = await play(
      actions,
      [signIn, { kind: 'follow-link', board: 'a' }, { kind: 'follow-link', board: 'b' }],
      {
        board,
      },
    );
    expect(seen).toEqual(['/r/1']);
    // Who handed on what is on record, for the judge.
    expect(posted.operations.map(({ posts }) => posts)).toEqual([undefined, 'a']);
    expect(operations.map((op) => op.board)).toEqual([undefined, 'a']);
    expect(lines.at(-1)).toMatchObject({ t: 'skipped', steps: 1, why: 'no link was posted' });
  });

  it('goes on while it listens, one stream at a time, and does not end before the last', async () => {
    let open = 0;
    const actions: ActionFunctions = {
      ...everything,
      listen: async (_, { forMs }) => {
        expect(open).toBe(0);
        open += 1;
        await new Promise((resolve) => setTimeout(resolve, forMs));
        open -= 1;
        return { outcome: 'ok' };
      },
    };
    const listen: Action = { kind: 'listen', forMs: 60 };
    const { operations } = await play(actions, [signIn, listen, look, listen, look]);
    expect(operations.map(({ action }) => action)).toEqual(['sign-in', 'who-am-i', 'listen', 'who-am-i', 'listen']);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(5);
  });
});

it('waits for no step of a run that is broken off, be it planned for minutes later', async () => {
  const later: Step = { atMs: 120_000, action: { kind: 'who-am-i' } };
  const { operations, client } = await play(everything, [{ kind: 'sign-in', by: 'cookie' }, later], { stopMs: 50 });
  expect(operations.map(({ action }) => action)).toEqual(['sign-in']);
  expect(client.closed).toBe(true);
}, 5_000);
