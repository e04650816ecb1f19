// The part of a statement that asks for thumbnails: of recordings whose bytes are there, or are there anew.

/** `rows` selects the recording's id, and whether its call has just ended. */
export const queueThumbnail = (rows: string): string =>
  `insert into thumbnail_jobs (recording_id, of_call) ${rows}
    on conflict (recording_id) do update set of_call = excluded.of_call, queued_at = now(), leased_until = now(), lease = null,
      attempt_count = 0`;
