// Mechanism: consultations are numbered by the database, and what is shown of one is cached under its number for minutes. A failover that
// loses writes loses the last numbers too: they are given again, to others, while the cache still holds the cards of the first ones.
// Trigger: a consultation is booked and viewed in the moments that the failover loses; soon after it others book and view theirs.
// Must ring: foreign-listing, on one's own new consultation.
// Incident: GitHub, September 2012 (a failover with lost writes; ids of the database in Redis then named others' private repositories).
import { type Bug, everywhere } from './bug.ts';

export const idReuseAfterFailover: Bug = {
  id: 'id-reuse-after-failover',
  incident: 'GitHub, September 2012',
  link: 'https://github.blog/2012-09-14-github-availability-this-week/',
  topologies: everywhere,
  seams: { newConsultationId: 'next_consultation_id()' },
};
