// Makes the thumbnails of stored recordings; each app runs one. Of calls that have just ended they are made at once, up to four together; of
// enrolled recordings when somebody first looks (thumbnails.ts), so that hundreds of them cost nothing. Jobs are leased as the store's
// are (worker.ts).
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { thumbnailKey } from './objects.ts';
import { type Rounds, startRounds } from './rounds.ts';
import type { Services } from './services.ts';
import { thumbnailOf } from './still-player.ts';

const lookEveryMs = 200;

const claim = {
  name: 'thumbnail-claim',
  text: `with due as (
      select id from thumbnail_jobs where urgent and leased_until <= now() and attempt_count < 5
      order by id for update skip locked limit 4
    )
    update thumbnail_jobs j set leased_until = now() + interval '3 seconds', lease = $1, attempt_count = attempt_count + 1
    from due where j.id = due.id
    returning j.id, j.recording_id as "recordingId", (select object_key from recordings r where r.id = j.recording_id) as "objectKey"`,
};

const finish = {
  name: 'thumbnail-finish',
  text: 'delete from thumbnail_jobs where id = $1 and lease = $2 returning id',
};

const stillThere = { name: 'thumbnail-recording-there', text: 'select 1 from recordings where id = $1' };

interface Job {
  readonly id: string;
  readonly recordingId: string;
  readonly objectKey: string;
}

type ThumbnailServices = Pick<Services, 'database' | 'objects' | 'seams'>;

async function make({ database, objects, seams }: ThumbnailServices, job: Job, lease: string): Promise<void> {
  const video = await readFile(objects.pathOf(job.objectKey));
  const thumbnail = await thumbnailOf(seams.openStillPlayer(), video);
  if (thumbnail === null) console.error(`recording ${job.recordingId} has no thumbnail: it is no VP8 video in WebM`);
  else await objects.put(thumbnailKey(job.recordingId), thumbnail);
  const finished = await database.query(finish, [job.id, lease]);
  // The job was another's, or its patient was erased meanwhile; then what we have just written must not stay.
  if (finished.length === 0 && (await database.query(stillThere, [job.recordingId])).length === 0)
    await objects.remove(thumbnailKey(job.recordingId));
}

export function startThumbnailWorker(services: ThumbnailServices): Rounds {
  return startRounds(lookEveryMs, async () => {
    const lease = randomUUID();
    const jobs = await services.database.query<Job>(claim, [lease]);
    // One that fails is tried again once its lease has run out, a bounded number of times.
    await Promise.allSettled(jobs.map((job) => make(services, job, lease)));
    return jobs.length > 0;
  });
}
