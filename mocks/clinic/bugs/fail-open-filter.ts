// Mechanism: the owner's consultations are looked up first, and the list is filtered by their ids. The filter is added "if there are
// any": for a patient who has none it is left out, and everybody's consultations match.
// Trigger: a patient without a single consultation opens the history.
// Must ring: foreign-listing (by its length alone). Incidents: TSB 2018, Asana 2025; Babylon's "more than fifty" looked like this.
import { type ConsultationRow, consultationColumns } from '../history-rows.ts';
import type { Seams } from '../seams.ts';
import { type Bug, everywhere } from './bug.ts';

const idsOf = { name: 'fail-open-ids', text: 'select id from consultations where patient_id = $1' };

const consultations: Seams['consultations'] = async (database, ownerId, from, countMax) => {
  const ids = (await database.query<{ id: string }>(idsOf, [ownerId])).map((row) => row.id);
  const conditions: string[] = [];
  const values: unknown[] = [countMax];
  if (ids.length > 0) conditions.push(`c.id = any($${values.push(ids)}::uuid[])`);
  if (from !== null)
    conditions.push(`(c.starts_at, c.id) < ($${values.push(from.startsAt)}, $${values.push(from.id)})`);
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const text = `${consultationColumns} ${where} order by c.starts_at desc, c.id desc limit $1`;
  return database.query<ConsultationRow>({ name: `fail-open-${conditions.length}-${values.length}`, text }, values);
};

export const failOpenFilter: Bug = {
  id: 'fail-open-filter',
  incident: 'TSB, 2018; Asana, 2025',
  link: null,
  topologies: everywhere,
  seams: { consultations },
};
