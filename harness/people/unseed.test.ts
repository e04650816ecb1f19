// Removing against a target that fails: nobody is forgotten, and nobody is taken to be gone who may be there.
import { describe, expect, it } from 'vitest';
import { type PatientIndex, patientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine } from '../history.ts';
import type { Enroller } from './enroller.ts';
import { type UnseedInput, unseedTarget } from './unseed.ts';

const admins = Array.from({ length: 4 }, () => ({
  http: { request: () => Promise.reject(new Error('unused')) },
  close: async () => {},
}));
const people = Array.from({ length: 24 }, (_, index) => patientIndex(8 * index + 2));
const whole = { names: { enrol: 'enrol', remove: 'unenrol' }, leased: false };

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
      await unseedTarget({ ...whole, unenrol }, admins, accounts, {
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

  it('believes no refusal that everybody meets, nor one of a leased account, and takes back of others that they were being removed', async () => {
    const stays: PatientIndex[] = [];
    const journal = { ...noted.journal, stays: (patient: PatientIndex) => void stays.push(patient) };
    const gone = { surely: new Set<PatientIndex>(), perhaps: new Set([perhaps, sure]), removedCount: 0 };
    const input = { ...noted, journal, gone };
    expect(await unseedTarget(without([sure, perhaps, other]), admins, three, input)).toHaveLength(3);
    expect(stays).toEqual([other]);
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
    const leftovers = await unseedTarget({ ...whole, unenrol }, admins, accounts, noted);
    expect(leftovers).toHaveLength(24);
    expect(asked).toBeLessThan(60);
  });
});
