// For tests: the trigger of the bug that lives in clinicians' lists.
import type { BugTrigger } from './bug-trigger.ts';
import type { ClinicUnderTest } from './clinic-under-test.ts';
import { enrolClinician, pastDay } from './clinician-under-test.ts';
import { enrol, markShape } from './patient-under-test.ts';

/** The clinician may look at the day before the patient moves away, or not; then they look, and nothing may be there. */
async function moveAway(clinic: ClinicUnderTest, looksBefore: boolean): Promise<readonly string[]> {
  const [old, next] = [await enrolClinician(clinic), await enrolClinician(clinic)];
  const patient = await enrol(clinic, 1, old.id);
  if (looksBefore && (await old.day()).length !== 1) throw new Error('the day does not show the patient');
  const moved = await patient.ask('/me/practice', { method: 'PUT', body: { clinicianId: next.id } });
  if (moved.status !== 204) throw new Error(`moving answered ${moved.status}: ${moved.text}`);
  const { text } = await old.ask(`/clinician/day?date=${pastDay}`);
  return [...new Set(text.match(markShape))].map((mark) => `clinician<${mark}`);
}

export const clinicianTriggers: readonly BugTrigger[] = [
  {
    bug: 'clinician-keeps-access',
    nodeCount: 2,
    quiet: (clinic) => moveAway(clinic, false),
    trigger: (clinic) => moveAway(clinic, true),
  },
];
