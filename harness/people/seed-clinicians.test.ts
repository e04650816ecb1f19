// Clinicians against a target that has them, one that has none, and one that can't remove them.
import { expect, it } from 'vitest';
import { clinicianCount } from '../../fixtures/cohort.ts';
import type { ClinicianIndex } from '../../fixtures/domain.ts';
import { type Account, defineTarget, type Enrolment, type Target } from '../targets/target.ts';
import { seedClinicians, unseedClinicians } from './seed-clinicians.ts';

const { signal } = new AbortController();
const admin = { http: { request: () => Promise.reject(new Error('unused')) }, close: async () => {} };

function targetWith(clinicians: Enrolment['clinicians'], actions: Target['actions'] = {}): Target {
  const bounds = { signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 };
  const works = { enrol: async () => ({}), addConsultation: async () => {}, unenrol: async () => {} };
  const enrolment = { ...works, ...(clinicians && { clinicians }) };
  return defineTarget({ name: 'test', declares: { headers: {}, ...bounds }, actions, enrolment });
}

async function seeded(target: Target): Promise<{ accounts: Map<ClinicianIndex, Account>; journal: ClinicianIndex[] }> {
  const accounts = new Map<ClinicianIndex, Account>();
  const journal: ClinicianIndex[] = [];
  const made = { madeClinician: (clinician: ClinicianIndex) => void journal.push(clinician) };
  await seedClinicians(
    { enroller: target.enrolment as Enrolment, run: 1, seed: 's', admins: [admin], journal: made, signal },
    accounts,
  );
  return { accounts, journal };
}

it('makes all of them, each on record, and removes them', async () => {
  const removed: string[] = [];
  const target = targetWith({
    enrol: async (_, { email }) => ({ id: email }),
    unenrol: async (_, { id }) => void removed.push(id ?? ''),
  });
  const { accounts, journal } = await seeded(target);
  expect([accounts.size, journal.length]).toEqual([clinicianCount, clinicianCount]);
  expect(await unseedClinicians(target.enrolment as Enrolment, [admin], accounts)).toEqual([]);
  expect(new Set(removed).size).toBe(clinicianCount);
});

it('makes none where clinicians don’t sign in, and such an adapter may have none of their actions', async () => {
  expect((await seeded(targetWith(undefined))).accounts.size).toBe(0);
  const viewDay = async () => ({ outcome: 'ok' }) as const;
  expect(() => targetWith(undefined, { 'view-day': viewDay })).toThrow(/view-day but no enrolment\.clinicians/);
});

it('says who could not be removed, and why', async () => {
  const target = targetWith({
    enrol: async (_, { email }) => ({ id: email }),
    unenrol: () => Promise.reject(new Error('still down')),
  });
  const { accounts } = await seeded(target);
  expect(await unseedClinicians(target.enrolment as Enrolment, [admin], accounts)).toEqual([
    expect.stringContaining('clinicians.unenrol, for clinician 0: still down'),
  ]);
});
