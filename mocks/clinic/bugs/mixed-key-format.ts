// Mechanism: v1 caches a history under the patient number, v2 under the account number; both are small integers, and patient 7 is not
// account 7. Each version alone keeps its keys apart.
// Trigger: both versions on one warm cache: a rolling upgrade or rollback under traffic, and ten seconds after it.
// Must ring: foreign-listing. Incidents after such deploys, mechanisms unpublished: Eufy 2021, T-Mobile 2023, Qantas 2024.
import { type Bug, everywhere } from './bug.ts';

export const mixedKeyFormat: Bug = {
  id: 'mixed-key-format',
  incident: 'Eufy, 2021; T-Mobile, 2023; Qantas, 2024 (mechanisms unpublished)',
  link: null,
  topologies: everywhere,
  seams: {
    historyKey: ({ appVersion, ownerNumber, ownerAccountNumber }) =>
      `history:${appVersion === 'v2' ? ownerAccountNumber : ownerNumber}`,
  },
};
