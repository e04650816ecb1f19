// For tests: what a bug's trigger is, and what the triggers share: patients who look, and what of it was another's.
import type { ClinicUnderTest, Said } from './clinic-under-test.ts';
import { enrol, markShape, type TestPatient } from './patient-under-test.ts';

export interface BugTrigger {
  readonly bug: string;
  readonly nodeCount: number;
  /** Close to the trigger, yet without it: must show nothing foreign even with the bug on. */
  quiet(clinic: ClinicUnderTest): Promise<readonly string[]>;
  trigger(clinic: ClinicUnderTest): Promise<readonly string[]>;
}

/** Rounds of a race. */
const roundCount = 12;

export async function enrolMany(clinic: ClinicUnderTest, count: number): Promise<readonly TestPatient[]> {
  const patients: TestPatient[] = [];
  for (let index = 0; index < count; index += 1) patients.push(await enrol(clinic));
  return patients;
}

/** Every mark in the answer that is not the viewer's, as `viewer<owner`. */
export function foreignIn(said: Pick<Said, 'text'>, viewer: TestPatient): readonly string[] {
  const marks = new Set(said.text.match(markShape));
  marks.delete(viewer.mark);
  return [...marks].map((mark) => `${viewer.mark}<${mark}`);
}

export async function viewOneByOne(patients: readonly TestPatient[]): Promise<readonly string[]> {
  const foreign: string[] = [];
  for (const patient of patients) foreign.push(...foreignIn(await patient.ask('/me/history'), patient));
  return foreign;
}

export async function viewTogether(patients: readonly TestPatient[]): Promise<readonly string[]> {
  const views = patients.map(async (patient) => foreignIn(await patient.ask('/me/history'), patient));
  return (await Promise.all(views)).flat();
}

/** Plays rounds until one shows something foreign: a race need not be lost at the first try. */
export async function untilForeign(
  round: () => Promise<readonly string[]>,
  roundCountMax = roundCount,
): Promise<readonly string[]> {
  for (let index = 0; index < roundCountMax; index += 1) {
    const foreign = await round();
    if (foreign.length > 0) return foreign;
  }
  return [];
}
