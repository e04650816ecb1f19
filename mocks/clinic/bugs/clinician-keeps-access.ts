// Mechanism: a clinician's day is kept in the shared cache for half a minute, under clinician and date. A day changes little, so only
// that a list may be a little old was thought of, and not that somebody on it may have moved away.
// Trigger: the clinician looks at the day, a patient on it moves to another practice, the clinician looks again.
// Must ring: afterlife. Who had not looked before the move sees nothing of it. Incident: none named in public; the pattern is that of a
// former owner who still sees the camera (Nest Cam, 2019), with staff in the owner's place.
import { CacheUnavailable } from '../cache-client.ts';
import { type DayRow, dayOf } from '../clinician-right.ts';
import type { Seams } from '../seams.ts';
import { type Bug, everywhere } from './bug.ts';

const keptForMs = 30_000;

const clinicianDay: Seams['clinicianDay'] = async ({ cache, database }, clinicianId, date) => {
  const key = `day:${clinicianId}:${date}`;
  try {
    const kept = await cache.get(key);
    if (kept !== null) return JSON.parse(kept) as readonly DayRow[];
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
  }
  const rows = await dayOf(database, clinicianId, date);
  await cache.set(key, JSON.stringify(rows), keptForMs).catch(() => {});
  return rows;
};

export const clinicianKeepsAccess: Bug = {
  id: 'clinician-keeps-access',
  incident: 'staff lists that outlive the care (library evidence)',
  link: null,
  topologies: everywhere,
  seams: { clinicianDay },
};
