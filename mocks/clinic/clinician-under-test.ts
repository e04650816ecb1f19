// For tests: a clinician who is enrolled, signed in by bearer token, and looks at a day.
import type { Ask, ClinicUnderTest, Said } from './clinic-under-test.ts';
import { password, type ShownConsultation } from './patient-under-test.ts';

/** The days of what `enrol` gives a patient, and of what is booked in tests. */
export const pastDay = '2030-01-01';
export const bookedDay = '2031-03-01';

export interface ShownVisit extends ShownConsultation {
  readonly patient: { readonly id: string; readonly name: string };
}

export interface TestClinician {
  readonly id: string;
  readonly email: string;
  ask(path: string, ask?: Ask): Promise<Said>;
  day(date?: string): Promise<readonly ShownVisit[]>;
}

let enrolledCount = 0;

export async function enrolClinician(clinic: ClinicUnderTest): Promise<TestClinician> {
  enrolledCount += 1;
  const email = `clinician.${enrolledCount}@example.test`;
  const practice = { practiceId: `p${enrolledCount}`, practiceName: `Practice ${enrolledCount}` };
  const body = { name: `Dr Number ${enrolledCount}`, email, password, ...practice };
  const enrolled = await clinic.admin('/clinicians', { method: 'POST', body });
  if (enrolled.status !== 201) throw new Error(`enrolling answered ${enrolled.status}: ${enrolled.text}`);
  return signInClinician(clinic, { id: JSON.parse(enrolled.text).id, email });
}

/** Also anew, as after a failover, which ends all sessions. */
export async function signInClinician(
  clinic: ClinicUnderTest,
  { id, email }: Pick<TestClinician, 'id' | 'email'>,
): Promise<TestClinician> {
  const said = await clinic.ask('/auth/sign-in', { method: 'POST', body: { email, password, by: 'bearer' } });
  const { token } = JSON.parse(said.text);
  const ask = (path: string, what: Ask = {}): Promise<Said> =>
    clinic.ask(path, { ...what, headers: { authorization: `Bearer ${token}`, ...what.headers } });
  return {
    id,
    email,
    ask,
    day: async (date = pastDay) => {
      const answer = await ask(`/clinician/day?date=${date}`);
      if (answer.status !== 200) throw new Error(`the day answered ${answer.status}: ${answer.text}`);
      return JSON.parse(answer.text).consultations;
    },
  };
}
