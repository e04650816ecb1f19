// One call of the adapter's enrolment functions, which make and remove people: bounded in time and requests, and whatever goes
// wrong is said with the function and its line, without a secret.

import { isA, placed, thrownText } from '../drivers/blame.ts';
import { TimeLimitError, within } from '../faults/bounded.ts';
import { withoutSecrets } from '../secrets.ts';
import { AdapterError, type Target } from '../targets/target.ts';
import type { Admin } from './admin-client.ts';

export const enrolmentMaxMs = 30_000;
/** So much longer than in the load may one answer take, for nothing is judged by it: making an account is often slow on purpose. */
export const enrolmentPatienceMs = 15_000;
const problemLettersMax = 600;

export interface EnrolmentCall {
  /** As in the contract: `enrol`, `clinicians.unenrol`. */
  readonly fn: string;
  /** For whom, such as `patient 3`. */
  readonly whom: string;
  readonly secrets: readonly string[];
}

/** Throws an AdapterError. `isOverdue` where the call did not come back: it may still be at it, and is given no more answers. */
export async function callEnrolment<T>(
  { source }: Pick<Target, 'source'>,
  admin: Admin,
  { fn, whom, secrets }: EnrolmentCall,
  work: () => Promise<T>,
): Promise<T> {
  const broken = admin.leash?.begin();
  try {
    return await within(enrolmentMaxMs, 'it', () => (broken ? Promise.race([work(), broken]) : work()));
  } catch (problem) {
    admin.leash?.cut();
    const said = `${placed(source, fn, problem)}, for ${whom}: ${thrownText(problem)}`;
    const hidden = [...secrets, ...(admin.secrets ?? []), ...(admin.leash?.secrets ?? [])];
    throw new EnrolmentError(withoutSecrets(said, hidden).slice(0, problemLettersMax), isA(problem, TimeLimitError));
  }
}

export class EnrolmentError extends AdapterError {
  readonly isOverdue: boolean;
  constructor(message: string, isOverdue: boolean) {
    super(message);
    this.isOverdue = isOverdue;
  }
}
