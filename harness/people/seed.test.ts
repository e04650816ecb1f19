// Seeding against a target that fails: nobody is made after the failure, nobody is forgotten.
import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine } from '../history.ts';
import { type Account, defineTarget, type Enrolment } from '../targets/target.ts';
import { type Enroller, enrollerOf } from './enroller.ts';
import { seedTarget } from './seed.ts';

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
