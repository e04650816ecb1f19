// Stores recordings after their call: each app runs one. A job is leased, not locked, so that a frozen or killed node's job goes to
// another; whoever finishes with an old lease finds that it changes nothing.
import { stat } from 'node:fs/promises';
import type { Database } from './database.ts';
import { forgetHistory } from './history.ts';
import { type Rounds, startRounds } from './rounds.ts';
import type { Services } from './services.ts';
import { queueThumbnail } from './thumbnail-jobs.ts';

const claim = {
  name: 'job-claim',
  text: `update jobs set leased_until = now() + $1 * interval '1 millisecond', lease = gen_random_uuid(), attempt_count = attempt_count + 1
    where id = (select id from jobs where leased_until <= now() and attempt_count < 8 order by id for update skip locked limit 1)
    returning id, lease, recording_id as "recordingId", incoming_key as "incomingKey",
      (select object_key from recordings r where r.id = recording_id) as "objectKey",
      (select consultation_id from recordings r where r.id = recording_id) as "consultationId"`,
};

const finish = {
  name: 'job-finish',
  text: `with done as (delete from jobs where id = $1 and lease = $2 returning recording_id), stored as (
      update recordings r set status = 'ready', size_bytes = $3 from done where r.id = done.recording_id returning r.id, r.consultation_id, r.title
    ), pictured as (${queueThumbnail('select id, true from stored')}), told as (
      insert into events (patient_id, kind, consultation_id, title)
      select c.patient_id, 'recording-ready', c.id, stored.title from stored join consultations c on c.id = stored.consultation_id
    )
    update patients p set history_version = p.history_version + 1
    from consultations c join stored on stored.consultation_id = c.id where p.id = c.patient_id
    returning p.id, p.number, p.account_number as "accountNumber", p.history_version as "historyVersion"`,
};

const stillThere = { name: 'job-recording-there', text: 'select 1 from recordings where id = $1' };

interface Job {
  readonly id: string;
  readonly lease: string;
  readonly recordingId: string;
  readonly incomingKey: string;
  readonly objectKey: string;
  readonly consultationId: string;
}

interface Owner {
  readonly id: string;
  readonly number: number;
  readonly accountNumber: number;
  readonly historyVersion: number;
}

const lookEveryMs = 150;
const leaseMs = 2_000;
/** On a busy machine an encoder takes its time. */
const transcodingLeaseMs = 15_000;

async function store(services: Services, job: Job): Promise<void> {
  const sizeBytes = await storeOnce(services, job);
  const [owner] = await services.database.query<Owner>(finish, [job.id, job.lease, sizeBytes]);
  if (owner === undefined) {
    await removeOrphan(services.database, services, job);
    return;
  }
  await services.objects.remove(job.incomingKey);
  await forgetHistory(services, owner.id, owner.number, owner.accountNumber, owner.historyVersion - 1);
}

/** A database that lost its last writes asks for what was done already: then the source is gone, and what was made of it there. */
async function storeOnce({ objects, storing }: Services, job: Job): Promise<number> {
  try {
    return await objects.derive(job.incomingKey, job.objectKey, storing(job.consultationId));
  } catch (error) {
    const done = await stat(objects.pathOf(job.objectKey)).catch(() => undefined);
    if (done === undefined) throw error;
    return done.size;
  }
}

/** The job was another's, or its patient was erased meanwhile; then what we have just written must not stay. */
async function removeOrphan(database: Database, services: Services, job: Job): Promise<void> {
  const there = await database.query(stillThere, [job.recordingId]);
  if (there.length === 0) await services.objects.remove(job.objectKey);
}

export function startWorker(services: Omit<Services, 'wakeWorker'>, isTranscoding: boolean): Rounds {
  const all: Services = { ...services, wakeWorker: () => {} };
  // A job that fails is tried again, by whoever comes first once its lease has run out; a bounded number of times.
  return startRounds(lookEveryMs, () => workOnce(all, isTranscoding ? transcodingLeaseMs : leaseMs));
}

async function workOnce(services: Services, leasedForMs: number): Promise<boolean> {
  const [job] = await services.database.query<Job>(claim, [leasedForMs]);
  if (job === undefined) return false;
  await store(services, job);
  return true;
}
