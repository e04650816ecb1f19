// Stores recordings after their call: each app runs one. A job is leased, not locked, so that a frozen or killed node's job goes to
// another; whoever finishes with an old lease finds that it changes nothing.
import type { Database } from './database.ts';
import { forgetHistory } from './history.ts';
import { recordingKey } from './objects.ts';
import type { Services } from './services.ts';

const claim = {
  name: 'job-claim',
  text: `update jobs set leased_until = now() + interval '2 seconds', lease = gen_random_uuid(), attempt_count = attempt_count + 1
    where id = (select id from jobs where leased_until <= now() and attempt_count < 8 order by id for update skip locked limit 1)
    returning id, lease, recording_id as "recordingId", incoming_key as "incomingKey"`,
};

const finish = {
  name: 'job-finish',
  text: `with done as (delete from jobs where id = $1 and lease = $2 returning recording_id), stored as (
      update recordings r set status = 'ready', size_bytes = $3 from done where r.id = done.recording_id returning r.consultation_id
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
}

interface Owner {
  readonly id: string;
  readonly number: number;
  readonly accountNumber: number;
  readonly historyVersion: number;
}

export interface Worker {
  wake(): void;
  /** Ends after the job in hand. */
  stop(): Promise<void>;
}

const lookEveryMs = 150;

async function store(services: Services, job: Job): Promise<void> {
  const object = recordingKey(job.recordingId);
  const sizeBytes = await services.objects.copy(job.incomingKey, object);
  const [owner] = await services.database.query<Owner>(finish, [job.id, job.lease, sizeBytes]);
  if (owner === undefined) {
    await removeOrphan(services.database, services, job.recordingId);
    return;
  }
  await services.objects.remove(job.incomingKey);
  await forgetHistory(services, owner.id, owner.number, owner.accountNumber, owner.historyVersion - 1);
}

/** The job was another's, or its patient was erased meanwhile; then what we have just written must not stay. */
async function removeOrphan(database: Database, services: Services, recordingId: string): Promise<void> {
  const there = await database.query(stillThere, [recordingId]);
  if (there.length === 0) await services.objects.remove(recordingKey(recordingId));
}

export function startWorker(services: Omit<Services, 'wakeWorker'>): Worker {
  const all: Services = { ...services, wakeWorker: () => {} };
  let stopped = false;
  let woken = (): void => {};
  async function work(): Promise<void> {
    while (!stopped) {
      // A job that fails is tried again, by whoever comes first once its lease has run out; a bounded number of times.
      const worked = await workOnce(all).catch(() => false);
      if (worked) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEveryMs);
        woken = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  const working = work();
  return {
    wake: () => woken(),
    async stop() {
      stopped = true;
      woken();
      await working;
    },
  };
}

async function workOnce(services: Services): Promise<boolean> {
  const [job] = await services.database.query<Job>(claim, []);
  if (job === undefined) return false;
  await store(services, job);
  return true;
}
