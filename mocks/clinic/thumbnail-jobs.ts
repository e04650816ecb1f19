// The part of a statement that asks for thumbnails: of recordings whose bytes are there, or are there anew.

/** `rows` selects the recording's id, and whether it is urgent: its call has just ended. */
export const queueThumbnail = (rows: string): string =>
  `insert into thumbnail_jobs (recording_id, urgent) ${rows}
    on conflict (recording_id) do update set urgent = excluded.urgent, leased_until = now(), lease = null, attempt_count = 0`;

/** Somebody is looking at it. */
export const hastenThumbnail = {
  name: 'thumbnail-hasten',
  text: 'update thumbnail_jobs set urgent = true where recording_id = $1 and not urgent',
};
