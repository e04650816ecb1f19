// Makes the synthetic people on the target, and removes them again. Whom it made is on disk before the next is made, so that a
// killed run's people can still be removed. Only what was made here is ever removed.
import { pastConsultationCount } from '../../fixtures/cohort.ts';
import { type ClinicianIndex, type PatientIndex, patientIndex, recordingItem } from '../../fixtures/domain.ts';
import { person } from '../../fixtures/people.ts';
import { recording } from '../../fixtures/recordings.ts';
import { consultationOf } from '../../fixtures/words.ts';
import { mayHaveHappened } from '../checks/rights.ts';
import { now } from '../clock.ts';
import { sleep } from '../drivers/sleep.ts';
import { messageOf } from '../faults/bounded.ts';
import type { HistoryLine } from '../history.ts';
import { secretsOf } from '../secrets.ts';
import type { Account } from '../targets/target.ts';
import { type AccountBook, accountBook, accountIn, refuseTwice } from './account-book.ts';
import type { Admin } from './admin-client.ts';
import type { Enroller } from './enroller.ts';
import { callEnrolment, EnrolmentError } from './enrolment-call.ts';
import type { PeopleJournal, Removals } from './people-journal.ts';
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

const removeAttemptsMax = 5;
const removePauseMs = 500;
/** After so many in a row could not be removed, the target is down, and the journal keeps the rest. */
const removalsFailedMax = 3;

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

export interface Leftover {
  readonly patient: PatientIndex;
  readonly problem: string;
}

/**
 * They can't sign in to be removed. Whoever is perhaps gone is taken to be so when the last attempt is refused, too, and somebody has been
 * removed: where nobody can sign in, a refusal says nothing.
 */
export interface Gone {
  readonly surely: ReadonlySet<PatientIndex>;
  readonly perhaps: ReadonlySet<PatientIndex>;
  /** Before. */
  readonly removedCount: number;
}

export interface UnseedInput {
  readonly gone: Gone;
  readonly journal: Pick<Removals, 'removing' | 'removed' | 'stays'>;
  emit(line: HistoryLine): void;
}

/** Told of each line, it knows who erased the account themselves, and who may have. */
export function watchErasures(): Gone & { feed(line: HistoryLine): void } {
  const surely = new Set<PatientIndex>();
  const perhaps = new Set<PatientIndex>();
  return {
    ...{ surely, perhaps, removedCount: 0 },
    feed(line) {
      if (line.t !== 'operation' || line.action !== 'erase' || line.patient === null || !mayHaveHappened(line)) return;
      (line.outcome === 'ok' ? surely : perhaps).add(patientIndex(line.patient));
    },
  };
}

/** Removes everybody in `accounts`; those that can't be removed are returned, with the reason. */
export async function unseedTarget(
  enroller: Pick<Enroller, 'unenrol' | 'names' | 'source' | 'leased'>,
  admins: readonly Admin[],
  accounts: ReadonlyMap<PatientIndex, Account>,
  { emit, gone, journal }: UnseedInput,
): Promise<Leftover[]> {
  const { unenrol, names, leased } = enroller;
  let { removedCount } = gone;
  const leftovers: Leftover[] = [];
  let failedInARow = 0;
  const problemWith = async (admin: Admin, patient: PatientIndex, account: Account): Promise<Problem | null> => {
    if (unenrol === undefined) return said('the adapter has no way to remove what was made');
    if (failedInARow >= removalsFailedMax) return said('not tried: the ones before failed');
    const call = { fn: names.remove, whom: `patient ${patient}`, secrets: secretsOf(account) };
    journal.removing(patient);
    return remove((isLast) => {
      const isBelieved = isLast && removedCount > 0 && gone.perhaps.has(patient);
      const mayBeGone = !leased && (gone.surely.has(patient) || isBelieved);
      return callEnrolment(enroller, admin, call, () => unenrol(admin, patient, account, { mayBeGone }));
    });
  };
  // Those who are perhaps gone come last: by then it is known whether anybody can be removed.
  const perhapsLast = [...accounts].sort(
    ([one], [other]) => Number(gone.perhaps.has(one)) - Number(gone.perhaps.has(other)),
  );
  const waiting = perhapsLast.values();
  await Promise.all(
    admins.map(async (admin) => {
      for (const [patient, account] of waiting) {
        const problem = await problemWith(admin, patient, account);
        failedInARow = problem === null ? 0 : failedInARow + 1;
        if (problem !== null) {
          if (!problem.isOpen) journal.stays(patient);
          leftovers.push({ patient, problem: problem.said });
          continue;
        }
        removedCount += 1;
        journal.removed(patient);
        emit({ v: 1, t: 'erased', patient, at: now() });
      }
    }),
  );
  return leftovers;
}

interface Problem {
  readonly said: string;
  /** The call did not come back, and may still remove somebody. */
  readonly isOpen: boolean;
}

const said = (text: string): Problem => ({ said: text, isOpen: false });

/** The target may still be recovering from what we did to it: a few attempts, then the reason. Who never came back is not called again. */
export async function remove(unenrol: (isLast: boolean) => Promise<void>): Promise<Problem | null> {
  let problem = '';
  for (let attempt = 1; attempt <= removeAttemptsMax; attempt++) {
    try {
      await unenrol(attempt === removeAttemptsMax);
      return null;
    } catch (error) {
      problem = messageOf(error);
      if (error instanceof EnrolmentError && error.isOverdue) return { said: problem, isOpen: true };
      await sleep(removePauseMs);
    }
  }
  return said(problem);
}
