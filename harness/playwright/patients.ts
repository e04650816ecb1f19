// Synthetic patients for somebody's own suite, and how an assertion names one. A patient carries the number of its run within the
// canaries, so a patient's object says by itself whose things are its own.
import { decodeCanary, runMax } from '../../fixtures/canary.ts';
import { pastConsultationCount } from '../../fixtures/cohort.ts';
import { type Consultation, type Patient, patientIndex, recordingItem } from '../../fixtures/domain.ts';
import { person } from '../../fixtures/people.ts';
import { seedOf } from '../../fixtures/random.ts';
import { recording } from '../../fixtures/recordings.ts';
import { consultationOf } from '../../fixtures/words.ts';

export const seedDefault = 'playwright';

/** The run of a seed: always the same, so that what an aborted test left behind is still its patients' own. */
export function runOfSeed(seed: string): number {
  return seedOf(seed, 'playwright-run') % (runMax + 1);
}

export interface PlantedPatient extends Patient {
  readonly run: number;
  /** What to plant: title, note and file name carry the patient's canaries. A newcomer has none. */
  readonly consultations: readonly Consultation[];
  /** A playable WebM of eight seconds that shows and carries the canary, for the consultation at that place. */
  recordingOf(consultation: number): Promise<Uint8Array<ArrayBuffer>>;
}

export interface PatientOptions {
  readonly seed?: string;
  readonly run?: number;
}

/** The patient of that number, from 0 to 16,777,215: the same in every process. */
export function patientOf(
  index: number,
  { seed = seedDefault, run = runOfSeed(seed) }: PatientOptions = {},
): PlantedPatient {
  const owner = patientIndex(index);
  return {
    ...person(seed, run, owner),
    run,
    consultations: Array.from({ length: pastConsultationCount(owner) }, (_, item) =>
      consultationOf(seed, run, owner, item),
    ),
    recordingOf: (consultation) => recording(run, owner, recordingItem(consultation, 0)),
  };
}

/** A patient of the fixtures, or a number, which is one of `run`. */
export type PatientReference = Patient | number;

export interface Owner {
  readonly run: number;
  readonly owner: number;
}

export function ownersOf(
  patients: PatientReference | readonly PatientReference[],
  run = runOfSeed(seedDefault),
): readonly Owner[] {
  const list = Array.isArray(patients) ? (patients as readonly PatientReference[]) : [patients as PatientReference];
  if (list.length === 0) throw new Error('no patient was named: for a page that may show nobody, write toShowNobody()');
  return list.map((patient) => ownerOf(patient, run));
}

function ownerOf(patient: PatientReference, run: number): Owner {
  if (typeof patient === 'number') return { run, owner: patientIndex(patient) };
  const canary = decodeCanary(String(patient?.surname));
  if (canary === null) {
    throw new Error(
      'the patient is none of the fixtures: its surname is no canary, so nothing on a page could be known for its own; make it by patientOf(index)',
    );
  }
  return { run: canary.run, owner: canary.owner };
}
