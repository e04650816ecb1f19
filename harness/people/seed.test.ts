// Seeding and removing against a target that fails: nobody is made after the failure, nobody is forgotten.
import { describe, expect, it } from 'vitest';
import { type PatientIndex, patientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine } from '../history.ts';
import { type Account, defineTarget, type Enrolment } from '../targets/target.ts';
import { type Enroller, enrollerOf } from './enroller.ts';
import { seedTarget, type UnseedInput, unseedTarget } from './seed.ts';

const admins = Array.from({ length: 4 }, () => ({
  http: { request: () => Promise.reject(new Error('unused')) },
  close: async () => {},
}));
const people = Array.from({ length: 24 }, (_, index) => patientIndex(8 * index + 2));

function enrollerWith(enrolment: Partial<Enrolment>): Enroller {
  const declares = {
    headers: {},
    signOutBoundMs: 0,
    withdrawalBoundMs: 0,
    erasureBoundMs: 0,
    recordingReadyBoundMs: 0,
  };
  const works: Enrolment = {
    enrol: async (_, { email }) => ({ id: email }),
    addConsultation: async () => {},
    unenrol: async () => {},
  };
  const target = defineTarget({ name: 'test', declares, actions: {}, enrolment: { ...works, ...enrolment } });
  const openClient = (): never => {
    throw new Error('an administrator needs no session');
  };
  return enrollerOf({ target, run: 1, seed: 's', leases: null, openClient });
}

function input(enrolment: Partial<Enrolment>, lines: HistoryLine[], made: Account[]) {
  return {
    enroller: enrollerWith(enrolment),
    run: 1,
    seed: 's',
    people,
    alarm: [],
    clinicians: new Map(),
    admins,
    journal: { made: (_: unknown, account: Account) => void made.push(account) },
    emit: (line: HistoryLine) => void lines.push(line),
    signal: new AbortController().signal,
  };
}

describe('seedTarget', () => {
  it('makes everybody, and has each on record', async () => {
    const lines: HistoryLine[] = [];
    const made: Account[] = [];
    const accounts = new Map();
    await seedTarget(input({}, lines, made), accounts);
    expect([accounts.size, made.length, lines.length]).toEqual([24, 24, 24]);
  });

  it('has stopped making people by the time it fails', async () => {
    const made: Account[] = [];
    const accounts = new Map();
    let asked = 0;
    const enrol: Enrolment['enrol'] = async (_, { email }) => {
      asked += 1;
      const mine = asked;
      await new Promise((resolve) => setTimeout(resolve, mine));
      if (mine === 6) throw new Error('503 from the registry');
      return { id: email };
    };
    await expect(seedTarget(input({ enrol }, [], made), accounts)).rejects.toThrow('503 from the registry');
    const then = { asked, made: made.length, accounts: accounts.size };
    expect(then.made).toBe(then.accounts);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect({ asked, made: made.length, accounts: accounts.size }).toEqual(then);
  });
});

describe('unseedTarget', () => {
  const noted: UnseedInput = {
    gone: { surely: new Set(), perhaps: new Set(), removedCount: 0 },
    journal: { removing: () => {}, removed: () => {}, stays: () => {} },
    emit: () => {},
  };
  const accounts = new Map(people.map((patient) => [patient, { id: String(patient) }]));

  it('tries again, and says whom it removed', async () => {
    const lines: HistoryLine[] = [];
    let failures = 2;
    const unenrol = async (): Promise<void> => {
      if (failures-- > 0) throw new Error('still restarting');
    };
    expect(
      await unseedTarget(enrollerWith({ unenrol }), admins, accounts, {
        ...noted,
        emit: (line) => void lines.push(line),
      }),
    ).toEqual([]);
    expect(lines).toHaveLength(24);
  });

  const [sure, perhaps, other] = people.slice(0, 3) as [PatientIndex, PatientIndex, PatientIndex];
  const three = new Map([perhaps, sure, other].map((patient) => [patient, {}]));
  /** Those who can't sign in. */
  const without = (refused: readonly PatientIndex[], asked: PatientIndex[] = []) => ({
    ...{ names: { enrol: 'signUp', remove: 'remove' }, leased: false },
    unenrol: (async (_, patient, __, { mayBeGone }) => {
      asked.push(patient);
      if (refused.includes(patient) && !mayBeGone) throw new Error('could not sign in: 401');
    }) satisfies Enroller['unenrol'],
  });

  it('believes a refusal at once of who erased the account, at the last attempt of who may have, and never of others', async () => {
    const asked: PatientIndex[] = [];
    const lines: HistoryLine[] = [];
    const leftovers = await unseedTarget(without([sure, perhaps, other], asked), admins, three, {
      ...{ ...noted, emit: (line: HistoryLine) => void lines.push(line) },
      gone: { surely: new Set([sure]), perhaps: new Set([perhaps]), removedCount: 0 },
    });
    expect(leftovers.map(({ patient }) => patient)).toEqual([other]);
    expect(lines).toMatchObject([{ patient: sure }, { patient: perhaps }]);
    expect([sure, perhaps, other].map((one) => asked.filter((each) => each === one).length)).toEqual([1, 5, 5]);
  });

  it('believes no refusal that everybody meets, nor one of a leased account, and takes back that they were being removed', async () => {
    const stays: PatientIndex[] = [];
    const journal = { ...noted.journal, stays: (patient: PatientIndex) => void stays.push(patient) };
    const gone = { surely: new Set<PatientIndex>(), perhaps: new Set([perhaps, sure]), removedCount: 0 };
    const input = { ...noted, journal, gone };
    expect(await unseedTarget(without([sure, perhaps, other]), admins, three, input)).toHaveLength(3);
    expect(stays.toSorted()).toEqual([sure, perhaps, other].toSorted());
    const leased = { ...without([perhaps]), leased: true };
    expect(await unseedTarget(leased, admins, three, input)).toMatchObject([{ patient: perhaps }]);
    expect(await unseedTarget(without([perhaps]), admins, three, input)).toEqual([]);
  });

  it('gives up on a target that is down, and forgets nobody', async () => {
    let asked = 0;
    const unenrol = async (): Promise<void> => {
      asked += 1;
      throw new Error('connection refused');
    };
    const leftovers = await unseedTarget(enrollerWith({ unenrol }), admins, accounts, noted);
    expect(leftovers).toHaveLength(24);
    expect(asked).toBeLessThan(60);
  });
});
