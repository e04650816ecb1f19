// Makes the clinicians on the target before the patients, who are theirs, and removes them after. On a target where clinicians don't sign
// in there are none, and nothing is done.
import { clinicians as everybody } from '../../fixtures/cohort.ts';
import type { ClinicianIndex } from '../../fixtures/domain.ts';
import { clinicianAccountOf } from '../../fixtures/people.ts';
import { secretsOf } from '../secrets.ts';
import type { Account } from '../targets/target.ts';
import { accountBook, accountIn, refuseTwice } from './account-book.ts';
import type { Admin } from './admin-client.ts';
import type { Enroller } from './enroller.ts';
import { callEnrolment } from './enrolment-call.ts';
import type { PeopleJournal } from './people-journal.ts';
import { shareOut } from './share-out.ts';
import { remove } from './unseed.ts';

export interface SeedCliniciansInput {
  readonly enroller: Pick<Enroller, 'clinicians' | 'source'>;
  readonly run: number;
  readonly seed: string;
  /** Who of them is needed; all, unless said otherwise. */
  readonly clinicians?: readonly ClinicianIndex[];
  readonly admins: readonly Admin[];
  readonly journal: Pick<PeopleJournal, 'madeClinician'>;
  readonly signal: AbortSignal;
}

/** Fills `accounts` as it goes, so that after a failure the caller knows whom to remove. */
export async function seedClinicians(
  { enroller, run, seed, clinicians = everybody, admins, journal, signal }: SeedCliniciansInput,
  accounts: Map<ClinicianIndex, Account>,
): Promise<void> {
  const enrolment = enroller.clinicians;
  if (enrolment === undefined) return;
  const book = accountBook();
  const enrol = async (admin: Admin, clinician: ClinicianIndex): Promise<void> => {
    const who = clinicianAccountOf(seed, run, clinician);
    const whom = `clinician ${clinician}`;
    const call = { fn: 'clinicians.enrol', whom, secrets: [who.password] };
    const account = await callEnrolment(enroller, admin, call, async () =>
      accountIn(await enrolment.enrol(admin.http, who)),
    );
    accounts.set(clinician, account);
    journal.madeClinician(clinician, account);
    refuseTwice(enroller, 'clinicians.enrol', book.problem(whom, account));
  };
  await shareOut(admins, clinicians, () => signal.aborted, enrol);
}

/** Those that could not be removed, each with the reason. */
export async function unseedClinicians(
  enroller: Pick<Enroller, 'clinicians' | 'source'>,
  admins: readonly Admin[],
  accounts: ReadonlyMap<ClinicianIndex, Account>,
): Promise<string[]> {
  const enrolment = enroller.clinicians;
  if (enrolment === undefined) return [];
  const problems: string[] = [];
  // What one removal has tried in vain several times, the next ones need not.
  const inVain = (): boolean => problems.length > 0;
  await shareOut(admins, accounts, inVain, async (admin, [clinician, account]) => {
    const call = { fn: 'clinicians.unenrol', whom: `clinician ${clinician}`, secrets: secretsOf(account) };
    const problem = await remove(() =>
      callEnrolment(enroller, admin, call, async () => enrolment.unenrol(admin.http, account)),
    );
    if (problem !== null) problems.push(problem.said);
  });
  return problems;
}
