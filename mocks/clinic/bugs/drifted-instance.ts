// Mechanism: the fix of a cache key that named no owner was rolled out to every instance but one, which still caches the history under
// the path of the request, in entries of its own.
// Trigger: several instances, and two patients whose requests reach the last of them within ten seconds. One instance alone: never.
// Must ring: foreign-listing, with that node named and no other. Incident: Munakata 2024 (eleven days after the all-clear).
import { type Bug, everywhere } from './bug.ts';

export const driftedInstance: Bug = {
  id: 'drifted-instance',
  incident: 'Munakata, 2024',
  link: null,
  topologies: everywhere,
  onlyIn: 'last-of-several',
  seams: { historyKey: ({ path }) => `old:${path}` },
};
