// Playwright's `test` with a patient, somebody else who is like them, a clinic to try it on, and the oracle.
import { test as base } from '@playwright/test';
import { counterpartOf } from '../../fixtures/cohort.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { createOracle, type Oracle } from './oracle.ts';
import { type PlantedPatient, patientOf, seedDefault } from './patients.ts';
import { type Clinic, openClinic, type ReferenceClinic } from './reference-clinic.ts';

export type { Clinic };

export interface TestOptions {
  /** Which patient the test is about: 0 by default. Number 1 has a twin, 3 is the parent of 7, 2 has nothing yet. */
  readonly patientIndex: number;
}

export interface TestFixtures {
  readonly patient: PlantedPatient;
  /** The one at the same place in the other half of the household: their twin, child or parent, or a stranger with the same dates. */
  readonly otherPatient: PlantedPatient;
  /** The reference clinic, with both patients enrolled. */
  readonly clinic: Clinic;
  /** Whoever asks for it lets the test fail if the patient's browser ever saw what is somebody else's. */
  readonly oracle: Oracle;
}

export interface WorkerOptions {
  /** Fixes who the patients are. */
  readonly crosstalkSeed: string;
  /** Bugs of the reference clinic to switch on. */
  readonly clinicBugs: readonly string[];
}

interface WorkerFixtures {
  readonly openedClinic: ReferenceClinic;
}

const clinicStartMaxMs = 120_000;

export const test = base.extend<TestOptions & TestFixtures, WorkerOptions & WorkerFixtures>({
  crosstalkSeed: [seedDefault, { option: true, scope: 'worker' }],
  clinicBugs: [[], { option: true, scope: 'worker' }],
  patientIndex: [0, { option: true }],

  patient: async ({ patientIndex, crosstalkSeed }, use) => {
    await use(patientOf(patientIndex, { seed: crosstalkSeed }));
  },
  otherPatient: async ({ patient, crosstalkSeed }, use) => {
    await use(patientOf(counterpartOf(patientIndex(patient.index)), { seed: crosstalkSeed }));
  },

  openedClinic: [
    async ({ clinicBugs }, use) => {
      const clinic = await openClinic(clinicBugs);
      try {
        await use(clinic);
      } finally {
        await clinic.stop();
      }
    },
    { scope: 'worker', timeout: clinicStartMaxMs },
  ],
  clinic: async ({ openedClinic, patient, otherPatient }, use) => {
    await openedClinic.enrol(patient);
    await openedClinic.enrol(otherPatient);
    await use(openedClinic);
  },

  oracle: async ({ context, patient }, use) => {
    const oracle = createOracle();
    oracle.watch(context, patient);
    await use(oracle);
    await oracle.verify();
  },
});
