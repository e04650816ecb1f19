// `crosstalk/playwright`: what somebody's own Playwright suite imports.
// biome-ignore-all lint/performance/noBarrelFile: the package's entry is the one place that only passes on
export { canaryOf, decodeCanary } from '../../fixtures/canary.ts';
export {
  type Canary,
  type CanaryKind,
  type Consultation,
  type Patient,
  patientIndex,
  recordingItem,
} from '../../fixtures/domain.ts';
export { person } from '../../fixtures/people.ts';
export { pictureOf, recording } from '../../fixtures/recordings.ts';
export { consultationOf } from '../../fixtures/words.ts';
export { type Look, type LookOptions, lookAt } from '../eyes/look.ts';
export type { Channel, LookChannel, Sight } from '../eyes/sight.ts';
export { type Clinic, test } from './fixtures.ts';
export { expect, type ShowOptions } from './matchers.ts';
export type { Oracle } from './oracle.ts';
export { type PatientOptions, type PatientReference, type PlantedPatient, patientOf, runOfSeed } from './patients.ts';
