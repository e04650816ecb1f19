// Whose everything is, for the replay of an access log: a folder with one file for each patient, consultation and recording that was
// ever made, and for each recording's bytes. The database writes them by triggers, before it commits, outside of what a failover can
// lose; nothing is ever taken out. An id that was issued twice has two owners here, as it had.
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the order in which they are named in a file's name: `patient_<id>_<patient's id>`, whose content is the patient's address and, of a recording, its consultation. */
const kinds = ['patient', 'consultation', 'recording', 'media'] as const;

export interface TruthLine {
  readonly kind: (typeof kinds)[number];
  /** Of media: the SHA-256 of all its bytes. */
  readonly id: string;
  readonly patientId: string;
  readonly email: string;
  /** Of a recording or its bytes. */
  readonly consultationId: string | null;
  readonly at: string;
}

export interface Truth {
  /** To be called before the bytes are stored. */
  noteMedia(consultationId: string, media: Uint8Array): Promise<void>;
}

/** The database may run as another user. */
export async function makeTruthFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o777);
}

export function openTruth(folder: string | null): Truth {
  return {
    async noteMedia(consultationId, media) {
      if (folder === null) return;
      const sha256 = createHash('sha256').update(media).digest('hex');
      await writeFile(join(folder, `media_${sha256}_${consultationId}`), '');
    },
  };
}

/** Triggers for an empty database; the role that makes them must be allowed to write files of the server. */
export function truthSql(folder: string): string {
  const quoted = folder.replaceAll("'", "''");
  return `
create function truth_is(kind text, id uuid, patient uuid, consultation uuid) returns void language plpgsql as $$
begin
  execute format('copy (select coalesce((select email from patients where id = %L), ''''), coalesce(%L, '''')) to %L',
    patient, consultation, format('${quoted}/%s_%s_%s', kind, id, patient));
end $$;
create function truth_of_patient() returns trigger language plpgsql as $$
begin perform truth_is('patient', new.id, new.id, null); return null; end $$;
create function truth_of_consultation() returns trigger language plpgsql as $$
begin perform truth_is('consultation', new.id, new.patient_id, null); return null; end $$;
create function truth_of_recording() returns trigger language plpgsql as $$
begin
  perform truth_is('recording', new.id, patient_id, id) from consultations where id = new.consultation_id;
  return null;
end $$;
create trigger truth_of_patient after insert on patients for each row execute function truth_of_patient();
create trigger truth_of_consultation after insert on consultations for each row execute function truth_of_consultation();
create trigger truth_of_recording after insert on recordings for each row execute function truth_of_recording();
`;
}

export async function readTruth(folder: string): Promise<readonly TruthLine[]> {
  const lines: TruthLine[] = [];
  const names = await readdir(folder);
  // Media last: it names its consultation, which tells the patient.
  for (const kind of kinds) {
    for (const name of names.filter((each) => each.startsWith(`${kind}_`))) {
      const [, id = '', owner = ''] = name.split('_');
      const file = join(folder, name);
      const at = (await stat(file)).mtime.toISOString();
      if (kind === 'media') {
        const { patientId = owner, email = '' } = consultationAt(lines, owner, at) ?? {};
        lines.push({ kind, id, patientId, email, consultationId: owner, at });
      } else {
        const [email = '', consultation = ''] = (await readFile(file, 'utf8')).trim().split('\t');
        lines.push({
          kind,
          id,
          patientId: owner,
          email,
          consultationId: consultation === '' ? null : consultation,
          at,
        });
      }
    }
  }
  return lines;
}

/** The one that had this id at that time. */
function consultationAt(lines: readonly TruthLine[], id: string, at: string): TruthLine | undefined {
  const had = lines.filter((line) => line.kind === 'consultation' && line.id === id && line.at <= at);
  return had.reduce<TruthLine | undefined>((last, line) => (last && last.at > line.at ? last : line), undefined);
}
