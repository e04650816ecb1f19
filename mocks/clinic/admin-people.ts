// What an administrator does to people: enrols them, gives them past consultations with recordings, and removes them again.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Database, errorCodeOf } from './database.ts';
import { erasePatients } from './erasure.ts';
import type { ErasureLedger } from './erasure-ledger.ts';
import { type Answer, json, noContent, Refusal, readBody, readJson, textField } from './http.ts';
import type { MailClient } from './mail-client.ts';
import { closeInboxes } from './notices.ts';
import { type Derivation, incomingKey, type ObjectStore, recordingKey, thumbnailKey } from './objects.ts';
import { hashPassword } from './passwords.ts';
import { queueThumbnail } from './thumbnail-jobs.ts';
import type { Storing } from './transcoder.ts';
import type { Truth } from './truth.ts';

const recordingBytesMax = 16 * 1024 * 1024;

// Asked first, since a conflict would use up a number: account numbers must stay close to patient numbers, and overlap them.
const clinicianAccount = {
  name: 'admin-clinician-account',
  text: `insert into accounts (clinician) select $1::text where not exists (select 1 from accounts where clinician = $1)
    on conflict do nothing`,
};

const enrol = {
  name: 'admin-enrol',
  text: `with account as (insert into accounts (clinician) values (null) returning number)
    insert into patients (account_number, given_name, surname, birth_date, email, telephone, nhs_number, practice_id, practice_name,
      clinician_name, password_hash, clinician_id)
    select number, $1, $2, $3, lower($4), $5, $6, $7, $8, $9, $10, $11 from account
    returning id, number, account_number as "accountNumber"`,
};

const addConsultation = {
  name: 'admin-add-consultation',
  text: `with bumped as (
      update patients set history_version = history_version + 1 where id = $1 returning id, clinician_name, clinician_id, care_version
    ), made as (
      insert into consultations (patient_id, title, note, starts_at, modality, clinician, clinician_id, care_version, file_name, status,
        call_key)
      select id, $2, $3, $4, $5, coalesce($6, clinician_name), clinician_id, care_version, $7, 'ended', gen_random_uuid()::text from bumped
      returning id, call_key
    ) insert into calls (consultation_id, key) select id, call_key from made returning consultation_id as id`,
};

const addRecording = {
  name: 'admin-add-recording',
  text: `insert into recordings (id, consultation_id, call_key, segment, title, file_name, status, object_key)
    select $3::uuid, id, call_key, 0, title, file_name, 'processing', $4 from consultations where id = $1 and patient_id = $2
    on conflict (consultation_id, segment) do update set status = 'processing' returning id, object_key as "objectKey"`,
};

const recordingStored = {
  name: 'admin-recording-stored',
  text: `with stored as (update recordings set status = 'ready', size_bytes = $2 where id = $1 returning id),
    pictured as (${queueThumbnail('select id, false from stored')})
    update patients set history_version = history_version + 1 where id = $3`,
};

/** Answers the size of what was stored, in bytes. */
async function storeMedia(objects: ObjectStore, media: Uint8Array, key: string, make: Derivation): Promise<number> {
  const incoming = incomingKey();
  try {
    await objects.put(incoming, media);
    return await objects.derive(incoming, key, make);
  } finally {
    await objects.remove(incoming);
  }
}

const revokeAll = {
  name: 'admin-revoke-sessions',
  text: 'update sessions set revoked_at = now() where revoked_at is null',
};

type Act = (request: IncomingMessage, ids: readonly string[]) => Promise<Answer>;

export function createPeople(
  database: Database,
  objects: ObjectStore,
  erasures: ErasureLedger,
  mail: MailClient,
  truth: Truth,
  storing: Storing,
): Readonly<Record<string, Act>> {
  return {
    'POST /patients': async (request) => {
      const body = await readJson(request);
      const field = (name: string): string => textField(body, name);
      const practiceId = field('practiceId');
      // The practice's clinician has an account too, which is why account numbers run ahead of patient numbers.
      const clinicianName = field('clinicianName');
      const who = [field('givenName'), field('surname'), field('birthDate'), field('email'), field('telephone')];
      const where = [field('nhsNumber'), practiceId, field('practiceName'), clinicianName];
      const password = field('password');
      const clinicianId = body.clinicianId === undefined ? null : textField(body, 'clinicianId', 36);
      const passwordHash = await hashPassword(password);
      await database.query(clinicianAccount, [`${practiceId}|${clinicianName}`]);
      try {
        const [made] = await database.query<{ id: string }>(enrol, [...who, ...where, passwordHash, clinicianId]);
        if (made === undefined) throw new Error('enrolling a patient made none');
        return json(201, { ...made, inbox: await mail.openInbox(field('email'), made.id, password) });
      } catch (error) {
        if (errorCodeOf(error) !== '23505') throw error;
        throw new Refusal(
          409,
          'already-enrolled',
          `a patient with the e-mail ${field('email')} is enrolled: remove them first`,
        );
      }
    },
    'POST /patients/{id}/consultations': async (request, [patientId]) => {
      const body = await readJson(request);
      const clinician = body.clinicianName === undefined ? null : textField(body, 'clinicianName');
      const [title, note, startsAt] = [
        textField(body, 'title'),
        textField(body, 'note', 4000),
        textField(body, 'startsAt'),
      ];
      const values = [
        patientId,
        title,
        note,
        startsAt,
        textField(body, 'modality'),
        clinician,
        textField(body, 'fileName'),
      ];
      const [made] = await database.query(addConsultation, values);
      if (made === undefined) throw new Refusal(404, 'no-such-patient', 'there is no such patient');
      return json(201, made);
    },
    'PUT /patients/{id}/consultations/{id2}/recording': async (request, [patientId, consultationId]) => {
      const media = await readBody(request, recordingBytesMax);
      const id = randomUUID();
      const values = [consultationId, patientId, id, recordingKey(id)];
      const [made] = await database.query<{ id: string; objectKey: string }>(addRecording, values);
      if (made === undefined) throw new Refusal(404, 'no-such-consultation', 'this patient has no such consultation');
      await truth.noteMedia(consultationId ?? '', media);
      await objects.remove(thumbnailKey(made.id));
      const sizeBytes = await storeMedia(objects, media, made.objectKey, storing(consultationId ?? ''));
      await database.query(recordingStored, [made.id, sizeBytes, patientId]);
      return noContent;
    },
    'POST /sessions/revoke': async () => {
      await database.query(revokeAll, []);
      return noContent;
    },
    'DELETE /patients/{id}': async (_request, [patientId]) => {
      await erasures.record(patientId ?? '');
      await erasePatients(database, objects, [patientId ?? '']);
      await closeInboxes(database, mail, patientId ?? '');
      return noContent;
    },
  };
}
