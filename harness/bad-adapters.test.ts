// Adapters that are wrong in every way we could think of: none hangs or kills the run, none reads as PASS, each is named with its
// function, and whatever happens the history is whole and nobody is left on the target.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callRequestsMax } from './drivers/leash.ts';
import { nodeClient } from './drivers/node-client.ts';
import type { Operation } from './history.ts';
import { get, target as right } from './practice-scenario.ts';
import { type Drilled, drillPractice, type Practice, startPractice } from './practice-under-test.ts';
import type { Account, ActionFunctions, Enrolment, Target } from './targets/target.ts';

let practice: Practice;
let drilled: Drilled | undefined;
beforeEach(async () => {
  practice = await startPractice();
});
afterEach(async () => {
  drilled?.remove();
  drilled = undefined;
  await practice.close();
});

interface Bent {
  readonly actions?: ActionFunctions;
  readonly enrolment?: Partial<Enrolment>;
}

async function drill({ actions, enrolment }: Bent): Promise<Drilled> {
  const target: Target = {
    ...right,
    actions: { ...right.actions, ...actions },
    enrolment: { ...byHand, ...enrolment },
  };
  drilled = await drillPractice(practice, target);
  return drilled;
}

const signIn = right.actions['sign-in'] as NonNullable<ActionFunctions['sign-in']>;
const byHand = right.enrolment as Enrolment;
const { enrol } = byHand;
/** The session of one, with the account of another. */
const signInWith = (account: (patient: number) => Account): typeof signIn => {
  return (session, action) => signIn({ ...session, account: account(session.patient) }, action);
};
const operationsOf = ({ lines }: Drilled): Operation[] => lines.filter((line) => line.t === 'operation');

it('passes with the right adapter, and leaves nobody behind', async () => {
  const { verdict, problem } = await drill({});
  expect(verdict.reasons).toEqual([]);
  expect(verdict.verdict).toBe('PASS');
  expect(problem).toBeNull();
  expect(practice.people.size).toBe(0);
});

describe('everybody as one patient', () => {
  const oneForAll = (): Bent => {
    let first: string | undefined;
    return {
      actions: {
        async 'sign-in'(session, action) {
          // Only the first ever asks.
          if (first === undefined) await signIn(session, { ...action, by: 'bearer' });
          first ??= session.memory.get('token') ?? '';
          session.memory.set('token', first);
          return { outcome: 'ok', sessionValues: [first] };
        },
        'sign-out': async () => ({ outcome: 'ok' }),
      },
    };
  };
  const firstAccount = (): Bent => {
    let first: Account | undefined;
    return {
      enrolment: {
        async enrol(admin, patient) {
          const account = await enrol(admin, patient);
          first ??= account;
          return account;
        },
      },
      actions: { 'sign-in': signInWith(() => first ?? {}) },
    };
  };
  /** What each account looks like to the harness is its own; on the target they are one. */
  const oneUnderneath = (): Bent => {
    let made: Promise<Account> | undefined;
    return {
      enrolment: {
        async enrol(admin, patient) {
          made ??= enrol(admin, patient);
          const { id = '', email = '', password = '' } = await made;
          return { id: String(patient.index), realId: id, realEmail: email, password };
        },
        addConsultation: (admin, { realId = '' }, ...rest) => byHand.addConsultation(admin, { id: realId }, ...rest),
        unenrol: (admin, { realId = '' }) => byHand.unenrol(admin, { id: realId }),
      },
      actions: {
        'sign-in': (session, action) =>
          signIn({ ...session, account: { ...session.account, email: session.account.realEmail ?? '' } }, action),
      },
    };
  };

  it.each([
    ['one token for all', oneForAll],
    ['everybody signs in as whoever was enrolled first', firstAccount],
    ['one account on the target behind all of them, with all their consultations', oneUnderneath],
  ])('%s: LEAK, for so it looks', async (_, bent) => {
    const { verdict } = await drill(bent());
    expect(verdict.verdict).toBe('LEAK');
    expect(verdict.findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['session-swap', 'foreign-listing']),
    );
    if (bent !== oneUnderneath)
      expect(verdict.warnings.join('\n')).toMatch(
        /All \d+ patients.* were shown patient \d+'s.*signs everybody in as one/,
      );
    expect(practice.people.size).toBe(0);
  });

  const strangersToken = (): Bent => ({
    enrolment: {
      async enrol(admin, patient) {
        const account = await enrol(admin, patient);
        // Somebody real, whom the run did not make.
        const stranger = { id: 'stranger', email: 's', password: 's', surname: 'Smith', visits: [] };
        (practice.people as Map<string, object>).set('stranger', stranger);
        return account;
      },
    },
    actions: { 'sign-in': signInWith(() => ({ email: 's', password: 's' })) },
  });
  const tableOfItsOwn = (): Bent => {
    const table = new Map<number, Account>();
    return {
      enrolment: {
        async enrol(admin, patient) {
          const account = await enrol(admin, patient);
          table.set(patient.index, account);
          return account;
        },
      },
      actions: { 'sign-in': signInWith((patient) => table.get(patient) ?? {}) },
    };
  };
  const ok = async () => ({ outcome: 'ok' }) as const;

  it.each<[string, () => Bent, RegExp]>([
    ['a stranger to the run, of whom nothing is shown', strangersToken, /did not ring.*Never saw their own data/s],
    [
      'sign-in errors swallowed',
      () => ({ actions: { 'sign-in': ok } }),
      /did not ring.*No operation could have leaked/s,
    ],
    [
      'answers that it makes up itself',
      () => ({ actions: { 'view-history': ok, 'who-am-i': ok, watch: ok } }),
      /alarm test before the load did not ring on the list channel/,
    ],
    [
      'accounts from a table of its own, whatever it is handed',
      tableOfItsOwn,
      /alarm test before the load did not ring/,
    ],
  ])('%s: INCONCLUSIVE', async (_, bent, reason) => {
    const { verdict } = await drill(bent());
    expect(verdict.reasons.join('\n')).toMatch(reason);
    expect(verdict.verdict).toBe('INCONCLUSIVE');
  });

  const sameAccount = (): Enrolment['enrol'] => {
    let made: Promise<Account> | undefined;
    return (admin, patient) => {
      made ??= enrol(admin, patient);
      return made;
    };
  };

  it.each<[string, () => Enrolment['enrol'], RegExp]>([
    ['one account for all', sameAccount, /^seed failed: enrol: it gave patient \d+ the same \w+ as patient \d+/],
    [
      'one e-mail for all',
      () => async (admin, patient) => ({ ...(await enrol(admin, patient)), email: 'a@b.example' }),
      /the same email as/,
    ],
    ['undefined', () => async () => undefined as never, /^seed failed: enrol, for patient \d+: it returned undefined/],
    ['a number for an id', () => async () => ({ id: 7 }) as never, /it returned id as number/],
    ['an account with nothing in it', () => async () => ({}), /nobody's account/],
  ])('enrolling gives %s: ERROR', async (_, bend, message) => {
    const { verdict } = await drill({ enrolment: { enrol: bend() } });
    expect(verdict.reasons[0]).toMatch(message);
    expect(verdict.verdict).toBe('ERROR');
  });
});

describe('actions that are wrong', () => {
  it('throws each time: INCONCLUSIVE, by name, and with how often', async () => {
    const result = await drill({ actions: { watch: () => Promise.reject(new Error('no such field')) } });
    expect(result.verdict.reasons.join('\n')).toMatch(
      /The adapter's watch never worked.*all \d+ attempts ended in an error of the adapter, most often watch: no such field \(\d+ times\)/,
    );
    expect(result.verdict.verdict).toBe('INCONCLUSIVE');
    expect(result.problem).toBeNull();
    expect(practice.people.size).toBe(0);
  });

  it('follows pages without an end, and swallows every error: stopped, and said how far it came', async () => {
    const result = await drill({
      actions: {
        async 'view-history'(session) {
          for (let url = '/pages?after=0'; ; ) {
            const response = await get(session, url).catch(() => null);
            url = (response?.json() as { next?: string } | undefined)?.next ?? url;
          }
        },
      },
    });
    const looping = operationsOf(result).filter(({ action }) => action === 'view-history');
    expect(looping.length).toBeGreaterThan(0);
    for (const { outcome, detail, exchanges } of looping) {
      expect(outcome).toBe('adapter-error');
      expect(detail).toMatch(
        /view-history.*made 300 requests in one call and wanted more, the last to GET \/pages: it was stopped/,
      );
      expect(exchanges.length).toBeLessThanOrEqual(callRequestsMax);
    }
    expect(result.verdict.verdict).toBe('INCONCLUSIVE');
    expect(practice.people.size).toBe(0);
    const after = practice.requestCount;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(practice.requestCount).toBe(after);
  });
});

it('an answer without an end is bounded in time and memory, and told with its size', async () => {
  const client = nodeClient({
    session: 's',
    run: 1,
    origin: practice.origin,
    allowedHosts: [],
    declares: right.declares,
  });
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const startedAt = Date.now();
  const asking = client.http.request({ method: 'GET', url: '/endless', route: '/endless', expect: 'bytes' });
  await expect(asking).rejects.toThrow(
    /GET \/endless: (hung up after 1,073,741,824 bytes|no whole answer within 5000 ms, of which [\d,]+ bytes had come)/,
  );
  clearInterval(timer);
  await client.close();
  expect(client.take().exchanges).toMatchObject([{ partial: true }]);
  expect(Date.now() - startedAt).toBeLessThan(15_000);
  expect((peak - before) / 1_048_576).toBeLessThan(300);
});
