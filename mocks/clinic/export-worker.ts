// Makes the files that patients asked for: everything of theirs in one zip. An instance works at up to two of them at a time, each
// leased, so that another takes over what a dead or frozen one left; the file is there whole or not at all.
import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { exportKey } from './objects.ts';
import { type Rounds, startRounds } from './rounds.ts';
import type { Services } from './services.ts';

const lookEveryMs = 150;
const consultationCountMax = 500;
const exportBytesMax = 32 * 1024 * 1024;

/** Also how often it is tried, which `exports.ts` must know to say that one has failed. */
export const attemptCountMax = 3;

const claim = {
  name: 'export-claim',
  text: `with due as (
      select id from exports where status = 'working' and leased_until <= now() and attempt_count < ${attemptCountMax}
      order by created_at for update skip locked limit 2
    )
    update exports e set leased_until = now() + interval '5 seconds', lease = $1, attempt_count = attempt_count + 1
    from due where e.id = due.id returning e.id, e.patient_id as "patientId"`,
};

const finish = {
  name: 'export-finish',
  text: `update exports set status = 'ready', size_bytes = $3 where id = $1 and lease = $2 and status = 'working' returning id`,
};

const giveBack = {
  name: 'export-give-back',
  text: `update exports set leased_until = now() + interval '300 milliseconds' where id = $1 and lease = $2`,
};

const stillThere = { name: 'export-there', text: 'select 1 from exports where id = $1' };

const owner = {
  name: 'export-owner',
  text: `select id, given_name || ' ' || surname as name from patients where id = $1`,
};

const objectsOf = {
  name: 'export-objects',
  text: `select id, object_key as "objectKey" from recordings where id = any($1::uuid[]) and status = 'ready'`,
};

interface Job {
  readonly id: string;
  readonly patientId: string;
}

type ExportServices = Pick<Services, 'database' | 'objects' | 'seams'>;

/** A stored recording, and its name in the zip. */
export interface ExportFile {
  readonly name: string;
  readonly path: string;
}

/** The recordings that go into one export. */
export interface ExportFiles {
  add(file: ExportFile): void;
  all(): readonly ExportFile[];
  /** The zip is written. */
  done(): void;
}

export function openExportFiles(): ExportFiles {
  const files: ExportFile[] = [];
  return { add: (file) => void files.push(file), all: () => files, done: () => {} };
}

/** What `history.json` says; the recordings' files are listed as they are found. */
async function gather(services: ExportServices, job: Job, files: ExportFiles): Promise<unknown> {
  const { database, objects, seams } = services;
  const [patient] = await database.query<{ id: string; name: string }>(owner, [job.patientId]);
  if (patient === undefined) throw new Error(`patient ${job.patientId} has been erased`);
  const consultations = await seams.consultations(database, job.patientId, null, consultationCountMax);
  const recordings = consultations.flatMap((consultation) => consultation.recordings);
  const stored = await database.query<{ id: string; objectKey: string }>(objectsOf, [recordings.map(({ id }) => id)]);
  const keys = new Map(stored.map(({ id, objectKey }) => [id, objectKey]));
  let sizeBytes = 0;
  for (const { id, fileName } of recordings) {
    const path = objects.pathOf(keys.get(id) ?? `recording-${id}`);
    const size = keys.has(id)
      ? await stat(path).then(
          (found) => found.size,
          () => Infinity,
        )
      : Infinity;
    if (sizeBytes + size > exportBytesMax) continue;
    sizeBytes += size;
    files.add({ name: `${id}-${fileName.replaceAll('/', '_')}`, path });
  }
  return { patient, consultations };
}

async function zipOf(history: unknown, files: readonly ExportFile[]): Promise<Uint8Array> {
  const entries: Zippable = { 'history.json': [strToU8(JSON.stringify(history, null, 2)), { level: 6 }] };
  // Video does not get smaller: it is stored as it is.
  for (const { name, path } of files) entries[name] = [await readFile(path), { level: 0 }];
  return zipSync(entries);
}

async function make(services: ExportServices, job: Job, lease: string): Promise<void> {
  const { database, objects } = services;
  try {
    const files = services.seams.openExportFiles();
    const history = await gather(services, job, files);
    const zip = await zipOf(history, [...files.all()]);
    await objects.put(exportKey(job.id), zip);
    const finished = await database.query(finish, [job.id, lease, zip.length]);
    files.done();
    // Its patient was erased meanwhile, or it was thrown away: then what we have just written must not stay.
    if (finished.length === 0 && (await database.query(stillThere, [job.id])).length === 0)
      await objects.remove(exportKey(job.id));
  } catch (error) {
    await database.query(giveBack, [job.id, lease]);
    throw error;
  }
}

export function startExportWorker(services: ExportServices): Rounds {
  return startRounds(lookEveryMs, async () => {
    const lease = randomUUID();
    const jobs = await services.database.query<Job>(claim, [lease]);
    await Promise.allSettled(jobs.map((job) => make(services, job, lease)));
    return jobs.length > 0;
  });
}
