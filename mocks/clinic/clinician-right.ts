// What is a clinician's to see: their own consultations, for as long as their patient's care goes on with them. A move to another practice
// begins new care, in the one statement that makes it, so at that moment nothing of the patient is the old clinician's any more: not
// even what a booking, still on its way, puts down under the care that has ended.
import type { Database } from './database.ts';
import { type ConsultationRow, consultationColumns } from './history-rows.ts';

export interface DayRow extends ConsultationRow {
  readonly patientId: string;
  readonly patientName: string;
}

const dayCountMax = 50;
const isTheirs = 'c.clinician_id = $1 and p.clinician_id = $1 and c.care_version = p.care_version';

const day = {
  name: 'clinician-day',
  text: `select listed.*, p.id as "patientId", p.given_name || ' ' || p.surname as "patientName"
    from (${consultationColumns}) listed join consultations c on c.id = listed.id join patients p on p.id = c.patient_id
    where ${isTheirs} and c.starts_at >= $2::date and c.starts_at < $2::date + 1
    order by c.starts_at desc, c.id desc limit $3`,
};

const treats = {
  name: 'clinician-treats',
  text: `select c.status from consultations c join patients p on p.id = c.patient_id where ${isTheirs} and c.id = $2`,
};

const playable = {
  name: 'clinician-playable',
  text: `select r.status, r.object_key as "objectKey" from recordings r join calls k on k.key = r.call_key
      join consultations c on c.id = k.consultation_id join patients p on p.id = c.patient_id
    where ${isTheirs} and r.id = $2 limit 1`,
};

/** The last of the day first, at most fifty. `date` is a day in UTC, as in `2020-06-09`. */
export function dayOf(database: Database, clinicianId: string, date: string): Promise<readonly DayRow[]> {
  return database.query<DayRow>(day, [clinicianId, date, dayCountMax]);
}

/** The consultation's status, where it is theirs. */
export async function treatsNow(database: Database, clinicianId: string, id: string): Promise<string | undefined> {
  return (await database.query<{ status: string }>(treats, [clinicianId, id]))[0]?.status;
}

export async function playableBy(
  database: Database,
  clinicianId: string,
  recordingId: string,
): Promise<{ readonly status: string; readonly objectKey: string } | undefined> {
  return (await database.query<{ status: string; objectKey: string }>(playable, [clinicianId, recordingId]))[0];
}
