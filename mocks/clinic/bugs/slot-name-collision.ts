// Mechanism: a recording's file is named after the second in which its call ended. A second call that ends in that second is stored
// under the same name; the file is replaced whole, and from then on both recordings play the later one's bytes.
// Trigger: two patients' calls that end within one second, on whichever instances.
// Must ring: foreign-recording; the list stays right. Incidents: Kawasaki 2023 and Gov24 2024, where certificates asked for
// in the same moment went to each other's applicants.
import { type Bug, everywhere } from './bug.ts';

export const slotNameCollision: Bug = {
  id: 'slot-name-collision',
  incident: 'Kawasaki, 2023; Gov24, 2024',
  link: 'https://cm.asiae.co.kr/en/article/2024050516084686050',
  topologies: everywhere,
  seams: { recordingObject: (_, endedAt) => `recording-${endedAt.toISOString().slice(0, 19).replaceAll(/\D/g, '')}` },
};
