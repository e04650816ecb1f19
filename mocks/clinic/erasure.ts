// Removing patients with all that was theirs: the rows in one statement, then the objects that they named, and their mailboxes. The
// closing of a mailbox is written down by that statement, so that it comes about even if this process dies before it is done.
import type { Database } from './database.ts';
import type { ObjectStore } from './objects.ts';

const erase = {
  name: 'erasure-erase',
  text: `with theirs as (
      select r.id, r.object_key from recordings r join consultations c on c.id = r.consultation_id where c.patient_id = any($1::uuid[])
    ), named as (
      select object_key from theirs
      union all select 'thumbnail-' || id from theirs
      union all select incoming_key from jobs where recording_id in (select id from theirs)
      union all select 'export-' || id from exports where patient_id = any($1::uuid[])
    ), gone as (delete from patients where id = any($1::uuid[]) returning id, email), closed as (
      insert into closed_inboxes (patient_id, email) select id, email from gone
    ) select object_key as "objectKey" from named`,
};

/** Whoever is not there any more is no error. */
export async function erasePatients(
  database: Database,
  objects: ObjectStore,
  patientIds: readonly string[],
): Promise<void> {
  const named = await database.query<{ objectKey: string }>(erase, [patientIds]);
  for (const { objectKey } of named) await objects.remove(objectKey);
}
