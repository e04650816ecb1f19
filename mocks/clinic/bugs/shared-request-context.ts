// Mechanism: "the current patient" is a variable of the module, set once the request is authenticated and read again after an await,
// when another request of the same process may have set it.
// Trigger: two patients' requests interleaved in one app instance.
// Must ring: foreign-listing, foreign-identity, misattributed-write. Incident: Barclays 2000, Blue Shield 2015.
import type { SignedIn } from '../seams.ts';
import { type Bug, everywhere } from './bug.ts';

let currentPatient: SignedIn | undefined;

export const sharedRequestContext: Bug = {
  id: 'shared-request-context',
  incident: 'Barclays, 2000; Blue Shield, 2015',
  link: null,
  topologies: everywhere,
  seams: {
    openContext: () => ({
      enter: (patient) => {
        currentPatient = patient;
      },
      current: () => {
        if (currentPatient === undefined) throw new Error('nobody has signed in yet');
        return currentPatient;
      },
    }),
  },
};
