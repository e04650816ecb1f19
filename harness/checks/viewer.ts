// In whose name an operation acts, as one word: patients and clinicians are numbered apart, so a bare number says too little.
import type { Operation } from '../history.ts';

/** `patient 3` or `clinician 3`; null for a client that is nobody. */
export function viewerOf({ patient, clinician }: Pick<Operation, 'patient' | 'clinician'>): string | null {
  if (clinician !== undefined) return `clinician ${clinician}`;
  return patient === null ? null : `patient ${patient}`;
}
