// Mechanism: starting a player is slow, so the thumbnail worker starts one and keeps it. It holds one video at a time: of two jobs that
// are in hand at once the second loads its video before the first has drawn, and the first's thumbnail shows the second's picture.
// Trigger: several calls that end in the same moment, or lists that are first looked at together, so that one instance makes their
// thumbnails together; one at a time is safe.
// Must ring: foreign-listing by what the picture shows; lists, pages and the recordings' bytes stay right.
// Incident: Wyze, February 2024 (thumbnails of other customers' cameras, after an outage; the company named a library for caching, so the
// shared player is a conjecture).
import { openStillPlayer, type StillPlayer } from '../still-player.ts';
import { type Bug, everywhere } from './bug.ts';

let player: StillPlayer | undefined;

export const thumbnailMix: Bug = {
  id: 'thumbnail-mix',
  incident: 'Wyze, February 2024 (mechanism: a conjecture)',
  link: 'https://securityboulevard.com/2024/02/about-13000-wyze-customers-affected-by-camera-glitch/',
  topologies: everywhere,
  seams: {
    openStillPlayer: () => {
      player ??= openStillPlayer();
      return player;
    },
  },
};
