// Makes the synthetic people on the target. Whom it made is on disk before the next is made, so that a killed run's people can still
// be removed.
import { pastConsultationCount } from '../../fixtures/cohort.ts';
import { type ClinicianIndex, type PatientIndex, recordingItem } from '../../fixtures/domain.ts';
import { person } from '../../fixtures/people.ts';
import { recording } from '../../fixtures/recordings.ts';
import { consultationOf } from '../../fixtures/words.ts';
import type { HistoryLine } from '../history.ts';
import { secretsOf } from '../secrets.ts';
import type { Account } from '../targets/target.ts';
import { type AccountBook, accountBook, accountIn, refuseTwice } from './account-book.ts';
import type { Admin } from './admin-client.ts';
import type { Enroller } from './enroller.ts';
import { callEnrolment } from './enrolment-call.ts';
import type { PeopleJournal } from './people-journal.ts';
import { shareOut } from './share-out.ts';

export interface SeedInput {
  readonly enroller: Enroller;
  readonly run: number;
  readonly seed: string;
  readonly people: readonly PatientIndex[];
  readonly alarm: readonly PatientIndex[];
  /** Who has been enrolled of those that treat them; none where clinicians don't sign in. */
  readonly clinicians: ReadonlyMap<ClinicianIndex, Account>;
  /** One for each enrolment under way at a time. */
  readonly admins: readonly Admin[];
  readonly journal: Pick<PeopleJournal, 'made'>;
  /** Who is to erase the account themselves. */
  readonly erasing?: ReadonlySet<PatientIndex>;
  emit(line: HistoryLine): void;
  readonly signal: AbortSignal;
}

/** Accounts of everybody, by patient. Fills `accounts` as it goes, so that after a failure the caller knows whom to remove. */
export async function seedTarget(input: SeedInput, accounts: Map<PatientIndex, Account>): Promise<void> {
  const book = accountBook();
  // Nobody may still be enrolling when the removal begins.
  await shareOut(
    input.admins,
    [...input.people, ...input.alarm],
    () => input.signal.aborted,
    (admin, patient) => enrol(input, admin, patient, { accounts, book }),
  );
}

async function enrol(
  input: SeedInput,
  admin: Admin,
  patient: PatientIndex,
  { accounts, book }: { readonly accounts: Map<PatientIndex, Account>; readonly book: AccountBook },
): Promise<void> {
  const { enroller, run, seed } = input;
  const who = person(seed, run, patient);
  const clinician = input.clinicians.get(who.clinicianIndex);
  const whom = `patient ${patient}`;
  const call = { fn: enroller.names.enrol, whom, secrets: [who.password] };
  const account = await callEnrolment(enroller, admin, call, async () =>
    accountIn(await enroller.enrol(admin, who, clinician)),
  );
  accounts.set(patient, account);
  input.journal.made(patient, enroller.leased ? {} : account, who.password, input.erasing?.has(patient) ?? false);
  refuseTwice(enroller, enroller.names.enrol, book.problem(whom, account));
  const items = Array.from({ length: pastConsultationCount(patient) }, (_, item) => item);
  for (const item of items) {
    const media = await recording(run, patient, recordingItem(item, 0));
    const consultation = consultationOf(seed, run, patient, item);
    const adding = { fn: 'addConsultation', whom: `${whom}, item ${item}`, secrets: secretsOf(account) };
    await callEnrolment(enroller, admin, adding, () =>
      enroller.addConsultation(admin, patient, account, consultation, media),
    );
  }
  input.emit({
    v: 1,
    t: 'enrolled',
    patient,
    items,
    ...(clinician !== undefined && { clinician: who.clinicianIndex }),
    ...(input.alarm.includes(patient) && { alarm: true }),
  });
}
