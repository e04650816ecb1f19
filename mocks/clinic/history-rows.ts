// The correct query for one page of a history: one statement, filtered by the owner alone.
import type { Database } from './database.ts';

export interface RecordingRow {
  readonly id: string;
  readonly title: string;
  readonly fileName: string;
  readonly status: 'ready' | 'processing';
}

export interface ConsultationRow {
  readonly id: string;
  readonly title: string;
  readonly startsAt: string;
  readonly modality: string;
  readonly clinician: string;
  readonly note: string;
  readonly status: string;
  readonly recordings: readonly RecordingRow[];
}

/** The last consultation of the page before. */
export interface PageStart {
  readonly startsAt: string;
  readonly id: string;
}

/** A consultation with the recordings of its calls: what stands before any `where`. */
export const consultationColumns = `
select c.id, c.title, to_char(c.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startsAt", c.modality, c.clinician, c.note, c.status,
  coalesce((
    select json_agg(one) from (
      select r.id, r.title, r.file_name as "fileName", r.status
      from calls k join recordings r on r.call_key = k.key
      where k.consultation_id = c.id
      order by r.segment, r.id limit 100
    ) one
  ), '[]'::json) as recordings
from consultations c`;

const firstPage = {
  name: 'history-first-page',
  text: `${consultationColumns} where c.patient_id = $1 order by c.starts_at desc, c.id desc limit $2`,
};

const laterPage = {
  name: 'history-later-page',
  text: `${consultationColumns} where c.patient_id = $1 and (c.starts_at, c.id) < ($3, $4)
    order by c.starts_at desc, c.id desc limit $2`,
};

export function consultationsOf(
  database: Database,
  ownerId: string,
  from: PageStart | null,
  countMax: number,
): Promise<readonly ConsultationRow[]> {
  return from === null
    ? database.query<ConsultationRow>(firstPage, [ownerId, countMax])
    : database.query<ConsultationRow>(laterPage, [ownerId, countMax, from.startsAt, from.id]);
}
