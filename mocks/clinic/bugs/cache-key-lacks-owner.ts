// Mechanism: the history is cached under the path of the request, and the path of one's own history names nobody.
// Trigger: a second patient asks within the ten seconds that the first one's list lives (until any write clears it).
// Must ring: foreign-listing. The links are made for the viewer and play nothing: the right is still looked up.
// Incident: Ory 2022 (identity answers cached without the cookie), TableCheck 2023-24 (a year undetected).
import { type Bug, everywhere } from './bug.ts';

export const cacheKeyLacksOwner: Bug = {
  id: 'cache-key-lacks-owner',
  incident: 'Ory, 2022; TableCheck, 2023-24',
  link: null,
  topologies: everywhere,
  seams: { historyKey: ({ path }) => `history:${path}` },
};
