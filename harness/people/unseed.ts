// Removes the synthetic people from the target again. Only what was made there by the run is ever removed.
import { type PatientIndex, patientIndex } from '../../fixtures/domain.ts';
import { mayHaveHappened } from '../checks/rights.ts';
import { now } from '../clock.ts';
import { sleep } from '../drivers/sleep.ts';
import { messageOf } from '../faults/bounded.ts';
import type { HistoryLine } from '../history.ts';
import { secretsOf } from '../secrets.ts';
import type { Account } from '../targets/target.ts';
import type { Admin } from './admin-client.ts';
import type { Enroller } from './enroller.ts';
import { callEnrolment, EnrolmentError } from './enrolment-call.ts';
import type { Removals } from './people-journal.ts';

const removeAttemptsMax = 5;
const removePauseMs = 500;
/** After so many in a row could not be removed, the target is down, and the journal keeps the rest. */
const removalsFailedMax = 3;

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
          // Who was in doubt before is so still.
          if (!problem.isOpen && !gone.perhaps.has(patient)) journal.stays(patient);
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
