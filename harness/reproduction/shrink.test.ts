import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import { random } from '../../fixtures/random.ts';
import type { PlannedFault, SessionPlan } from '../plan.ts';
import { type ExplicitPlan, sizeOf, tidy } from './explicit-plan.ts';
import { BudgetSpent, judgeByTrials, rateOf, type TrialHolder } from './judge-by-trials.ts';
import { look, pair, sessionOf, signIn } from './plan-under-test.ts';
import { bestOf, judgeFrom } from './search.ts';
import { decide, testFor } from './sequential.ts';
import { shrink } from './shrink.ts';
import type { LoggedTrial, TrialLog } from './trial-log.ts';

const who = { kind: 'who-am-i' } as const;
const faults: readonly PlannedFault[] = ['cache-flush', 'cache-slow', 'cache-down'].map((kind, at) => ({
  ...{ id: `f${at}`, kind },
  atMs: 1_000 * at,
  forMs: 3_000,
}));

/** Twenty-four sessions of seven steps, three faults, and eight people who do nothing. */
const large: ExplicitPlan = tidy({
  ...pair,
  sessions: Array.from({ length: 24 }, (_, number): SessionPlan => {
    const session = sessionOf(4 * number, 300 * number, [signIn, look, who, look, who, look, who]);
    return { ...session, steps: session.steps.map((step, at) => (at === 3 ? { ...step, abortAfterMs: 20 } : step)) };
  }),
  people: Array.from({ length: 8 }, (_, number) => patientIndex(4 * number + 1)),
  faults,
});

/** A pool that a hang-up of one session under a slow cache poisons for whoever looks later. */
function poolLeaks({ sessions, faults: open }: ExplicitPlan): boolean {
  if (!open.some(({ kind }) => kind === 'cache-slow')) return false;
  const cuts = sessions.flatMap(({ id, steps }) =>
    steps.flatMap(({ atMs, abortAfterMs }) => (abortAfterMs === undefined ? [] : [{ id, atMs }])),
  );
  return cuts.some((cut) =>
    sessions.some(
      ({ id, steps }) =>
        id !== cut.id && steps.some(({ action, atMs }) => action.kind === 'view-history' && atMs > cut.atMs),
    ),
  );
}

describe('shrink', () => {
  it('ends with what the leak needs and nothing more', async () => {
    const small = await shrink(large, {
      judge: async (candidate) => poolLeaks(candidate),
      kept: () => {},
      seenIn: 'view-history',
    });
    expect(poolLeaks(small)).toBe(true);
    expect(sizeOf(small)).toEqual({ sessions: 2, actions: 4, faults: 1, people: 2, barriers: 0, aborts: 1 });
    expect(small.faults[0]).toMatchObject({ kind: 'cache-slow', forMs: 300 });
    const lastMs = Math.max(...small.sessions.flatMap(({ steps }) => steps.map(({ atMs }) => atMs)));
    expect(lastMs).toBeLessThan(200);
  });

  it('keeps a bystander where it is their things that are shown', async () => {
    const needed = patientIndex(13);
    const small = await shrink(large, {
      judge: async ({ people, sessions }) => people.includes(needed) && sessions.length > 0,
      kept: () => {},
    });
    expect(small.people).toContain(needed);
    expect(sizeOf(small)).toMatchObject({ sessions: 1, actions: 2, faults: 0, people: 2 });
  });

  it('tries the two of them first, and takes for bystanders those who came between', async () => {
    const asked: string[] = [];
    const acting = [patientIndex(8), patientIndex(40)] as const;
    const numbered = tidy({ ...large, people: Array.from({ length: 90 }, (_, index) => patientIndex(index)) });
    /** Whose numbers are 32 apart. */
    const isMixedUp = ({ sessions, people }: ExplicitPlan): boolean =>
      acting.every((each) => sessions.some(({ patient }) => patient === each)) &&
      people.indexOf(acting[1]) - people.indexOf(acting[0]) === 32;
    const small = await shrink(numbered, {
      judge: async (candidate, what) => {
        asked.push(what);
        return isMixedUp(candidate);
      },
      kept: () => {},
      pairs: [
        { viewer: 8, owner: 12 },
        { viewer: 40, owner: 8 },
      ],
    });
    expect(sizeOf(small)).toMatchObject({ sessions: 2, people: 33 });
    expect(asked.indexOf('the two of them, 2 of 24 sessions')).toBeLessThan(6);
  });

  it('lets the owner look first and the viewer afterwards, where that leaks too', async () => {
    const both = [0, 1].map((patient) => sessionOf(patient, 0, [signIn, look, look, look, look]));
    const asked: string[] = [];
    /** What one has left twice, the other finds at the second look. */
    const leaks = ({ sessions }: ExplicitPlan): boolean => {
      const looksOf = (patient: number): number[] =>
        sessions
          .filter((session) => session.patient === patient)
          .flatMap(({ steps }) => steps.filter(({ action }) => action === look).map(({ atMs }) => atMs));
      const [left, found] = [looksOf(0), looksOf(1)];
      return left.length > 1 && found.length > 1 && Math.max(...left) < (found.at(-2) ?? 0);
    };
    const small = await shrink(tidy({ ...pair, sessions: both }), {
      judge: async (candidate, what) => {
        asked.push(what);
        return leaks(candidate);
      },
      kept: () => {},
      pairs: [{ viewer: 1, owner: 0 }],
    });
    expect(asked).toContain('one after the other');
    expect(leaks(small)).toBe(true);
    expect(sizeOf(small)).toMatchObject({ sessions: 2, actions: 6 });
  });

  it('spares sessions and actions where things are slow, which needs fewer for a race; never where they need not be', async () => {
    const four = tidy({ ...pair, sessions: [0, 4, 8, 12].map((patient) => sessionOf(patient, 0, [signIn, look])) });
    const slow = faults[1] as PlannedFault;
    /** Four at once, or three under a slow cache. */
    const leaks = ({ sessions, faults: open }: ExplicitPlan): boolean => sessions.length >= (open.length > 0 ? 3 : 4);
    const kept = (): void => {};
    const withIt = await shrink(four, { judge: async (candidate) => leaks(candidate), kept, slow });
    expect(sizeOf(withIt)).toMatchObject({ sessions: 3, actions: 6, faults: 1 });
    const without = await shrink(four, { judge: async (candidate) => leaks(candidate), kept });
    expect(sizeOf(without)).toMatchObject({ sessions: 4, actions: 8, faults: 0 });
    /** Three looks of each, or one of each under a slow cache. */
    const often = tidy({
      ...pair,
      sessions: [0, 4, 8].map((patient) => sessionOf(patient, 0, [signIn, look, look, look])),
    });
    const tires = ({ sessions, faults: open }: ExplicitPlan): boolean =>
      sessions.length === 3 && sessions.every(({ steps }) => steps.length === 4 || open.length > 0);
    const once = await shrink(often, {
      judge: async (candidate) => tires(candidate),
      ...{ kept, slow, seenIn: 'view-history' },
    });
    expect(sizeOf(once)).toMatchObject({ sessions: 3, actions: 6, faults: 1 });
    const twoAreEnough = ({ sessions }: ExplicitPlan): boolean => sessions.length >= 2;
    const two = await shrink(four, { judge: async (candidate) => twoAreEnough(candidate), kept, slow });
    expect(sizeOf(two)).toMatchObject({ sessions: 2, actions: 4, faults: 0 });
  });

  it('asks of steps only what leaves something of each session, for whether one can be spared has been asked', async () => {
    const needed = ['a', 'b'];
    const two = tidy({
      ...pair,
      sessions: needed.map((id, at) => ({ ...sessionOf(at, 300 * at, [signIn, look, who, look, who]), id })),
    });
    const asked: ExplicitPlan[] = [];
    const small = await shrink(two, {
      judge: async (candidate, what) => {
        if (what.endsWith('actions')) asked.push(candidate);
        return needed.every((id) => candidate.sessions.some((session) => session.id === id));
      },
      kept: () => {},
    });
    expect(sizeOf(small)).toMatchObject({ sessions: 2, actions: 4 });
    expect(asked.length).toBeGreaterThan(0);
    expect(
      asked.filter(({ sessions }) => sessions.length < 2 || sessions.some(({ steps }) => steps.length < 2)),
    ).toEqual([]);
  });

  it('has told of the smallest by the time that the judge gives up', async () => {
    const kept: ExplicitPlan[] = [];
    let asked = 0;
    const judge = async (candidate: ExplicitPlan): Promise<boolean> => {
      asked += 1;
      if (asked > 12) throw new BudgetSpent();
      return poolLeaks(candidate);
    };
    await expect(shrink(large, { judge, kept: (plan) => kept.push(plan) })).rejects.toThrow(BudgetSpent);
    const last = kept.at(-1);
    expect(last && poolLeaks(last)).toBe(true);
    expect(last?.sessions.length).toBeLessThan(24);
  });

  it('asks the same in the same order each time, so that it can go on where it was', async () => {
    const questions = async (): Promise<string[]> => {
      const asked: string[] = [];
      const judge = async (candidate: ExplicitPlan, what: string): Promise<boolean> => {
        asked.push(`${what} ${JSON.stringify(candidate)}`);
        return poolLeaks(candidate);
      };
      await shrink(large, { judge, kept: () => {} });
      return asked;
    };
    expect(await questions()).toEqual(await questions());
  });
});

function memoryLog(): TrialLog & { readonly trials: LoggedTrial[] } {
  const trials: LoggedTrial[] = [];
  return {
    trials,
    trialsOf: (candidate) => trials.filter((trial) => trial.candidate === candidate),
    get trialCount() {
      return trials.length;
    },
    trial: (trial) => void trials.push(trial),
    step: () => {},
  };
}

/** Shows the leak of `leaks` in a share `rate` of its trials, and can't be held now and then. */
function raceHolder(
  leaks: (plan: ExplicitPlan) => boolean,
  rate: number,
  log: TrialLog,
  trialsMax = 10_000,
  seed = 0,
): TrialHolder {
  const dice = random('race', seed);
  let held = 0;
  return {
    log,
    spent: () => held >= trialsMax,
    async hold(plan) {
      held += 1;
      if (dice.between(1, 20) === 1) return { outcome: { kind: 'void', why: 'the target was down' }, ms: 1 };
      const shows = leaks(plan) && dice.between(1, 100) <= 100 * rate;
      if (shows) return { outcome: { kind: 'reproduced', violation: {} as never }, ms: 1 };
      return { outcome: { kind: 'silent', doubts: [], others: [] }, ms: 1 };
    },
  };
}

describe('judged by trials', () => {
  const test = testFor(0.9);

  it('cuts down a race that shows in nine of ten trials', async () => {
    const holder = raceHolder(poolLeaks, 0.9, memoryLog());
    const judge = async (plan: ExplicitPlan): Promise<boolean> =>
      (await judgeByTrials(plan, test, holder)).decision === 'kept';
    const small = await shrink(large, { judge, kept: () => {} });
    expect(poolLeaks(small)).toBe(true);
    expect(sizeOf(small).sessions).toBeLessThanOrEqual(3);
    expect(sizeOf(small).actions).toBeLessThanOrEqual(6);
  });

  it('lets a half leak more seldom than a cut: a race that is played once instead of three times is worth it', async () => {
    const thrice = tidy({
      ...pair,
      sessions: [0, 1].map((patient) => sessionOf(patient, 0, [signIn, look, look, look, look])),
    });
    const looksLeft = (plan: ExplicitPlan, count: number): ExplicitPlan =>
      tidy({ ...plan, sessions: plan.sessions.map((each) => ({ ...each, steps: each.steps.slice(0, 1 + count) })) });
    const share = { half: 0, cut: 0 };
    for (let attempt = 0; attempt < 60; attempt++) {
      const judgeAnew = () =>
        judgeFrom(
          { plan: thrice, rate: 1 },
          { holder: raceHolder(() => true, 0.62, memoryLog(), 10_000, attempt), say: () => {} },
        );
      if (await judgeAnew()(looksLeft(thrice, 3), 'a cut')) share.cut += 1;
      if (await judgeAnew()(looksLeft(thrice, 2), 'a half')) share.half += 1;
    }
    expect(share.half).toBeGreaterThan(40);
    expect(share.cut).toBeLessThan(35);
  });

  it('takes what was held before, and holds no trial twice', async () => {
    const log = memoryLog();
    const first = await judgeByTrials(
      large,
      test,
      raceHolder(() => true, 1, log),
    );
    const count = log.trialCount;
    const again = await judgeByTrials(
      large,
      test,
      raceHolder(() => false, 1, log, 0),
    );
    expect(again).toEqual(first);
    expect(log.trialCount).toBe(count);
  });

  it('counts what could not be held for nothing, and gives a candidate up that never can be', async () => {
    const log = memoryLog();
    const holder: TrialHolder = {
      ...{ log, spent: () => false },
      hold: async () => ({ outcome: { kind: 'void', why: 'nobody could sign in' }, ms: 1 }),
    };
    expect(await judgeByTrials(large, test, holder)).toEqual({
      ...{ hits: 0, trials: 0, decision: 'rejected' },
      why: 'nobody could sign in',
      seen: [],
    });
    expect(log.trialCount).toBe(3);
  });

  it('says that its time is up rather than guess', async () => {
    const holder = raceHolder(() => true, 1, memoryLog(), 1);
    await expect(judgeByTrials(large, test, holder)).rejects.toThrow(BudgetSpent);
  });

  it('ends with a race while things are slow where that is much surer, and without a fault where it is not', async () => {
    const race = tidy({ ...pair, sessions: [0, 4].map((patient) => sessionOf(patient, 0, [signIn, look])) });
    const slow = faults[1] as PlannedFault;
    const endOf = (rateOfPlan: (plan: ExplicitPlan) => boolean) =>
      bestOf([race], { lastHolder: raceHolder(rateOfPlan, 1, memoryLog()), say: () => {}, slow });
    let turn = 0;
    const everyOther = (): boolean => ++turn % 2 === 0;
    const surer = await endOf((plan) => plan.faults.length > 0 || everyOther());
    expect(surer).toMatchObject({ plan: { faults: [{ kind: 'cache-slow' }] }, rate: { hits: 12, trials: 12 } });
    expect(await endOf(everyOther)).toMatchObject({ plan: { faults: [] }, rate: { hits: 6, trials: 12 } });
    const asked: number[] = [];
    await endOf((plan) => asked.push(plan.faults.length) > 0);
    expect(asked).not.toContain(1);
  });

  it('takes for a rate no trial by which the plan was chosen', async () => {
    const log = memoryLog();
    await judgeByTrials(
      large,
      test,
      raceHolder(() => true, 1, log),
    );
    const { hits, trials } = await rateOf(
      large,
      10,
      raceHolder(() => false, 1, log),
    );
    expect({ hits, trials }).toEqual({ hits: 0, trials: 10 });
    expect(decide({ hits, trials }, test)).toBe('rejected');
  });
});
