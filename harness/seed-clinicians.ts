// Makes the clinicians on the target before the patients, who are theirs, and removes them after. On a target where clinicians don't sign
// in there are none, and nothing is done.
import { clinicians } from '../fixtures/cohort.ts';
import type { ClinicianIndex } from '../fixtures/domain.ts';
import { clinicianAccountOf } from '../fixtures/people.ts';
import type { Admin } from './admin-client.ts';
import { within } from './faults/bounded.ts';
import type { PeopleJournal } from './people-journal.ts';
import { enrolmentMaxMs, remove } from './seed.ts';
import type { Account, Target } from './targets/target.ts';

export interface SeedCliniciansInput {
  readonly target: Target;
  readonly run: number;
  readonly seed: string;
  readonly admin: Admin;
  readonly journal: Pick<PeopleJournal, 'madeClinician'>;
}

/** Fills `accounts` as it goes, so that after a failure the caller knows whom to remove. */
export async function seedClinicians(
  { target, run, seed, admin, journal }: SeedCliniciansInput,
  accounts: Map<ClinicianIndex, Account>,
): Promise<void> {
  const enrolment = target.enrolment.clinicians;
  if (enrolment === undefined) return;
  for (const clinician of clinicians) {
    const account = await within(enrolmentMaxMs, `enrolling clinician ${clinician}`, () =>
      enrolment.enrol(admin.http, clinicianAccountOf(seed, run, clinician)),
    );
    accounts.set(clinician, account);
    journal.madeClinician(clinician, account);
  }
}

/** Those that could not be removed, each with the reason. */
export async function unseedClinicians(
  target: Target,
  admin: Admin,
  accounts: ReadonlyMap<ClinicianIndex, Account>,
): Promise<string[]> {
  const enrolment = target.enrolment.clinicians;
  if (enrolment === undefined) return [];
  const problems: string[] = [];
  for (const [clinician, account] of accounts) {
    const problem = await remove(() => enrolment.unenrol(admin.http, account), 'removing a clinician');
    if (problem !== null) problems.push(`clinician ${clinician}: ${problem}`);
    // What one removal has tried in vain several times, the next ones need not.
    if (problem !== null) break;
  }
  return problems;
}
