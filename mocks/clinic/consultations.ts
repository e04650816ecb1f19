// Booking, cancelling and holding consultations. A call is recorded in segments: audio first, and video once it has been switched;
// each segment's bytes are put aside here and stored by the worker later.
import { randomUUID } from 'node:crypto';
import type { Statement } from './database.ts';
import { forgetHistory } from './history.ts';
import { json, noContent, Refusal, readBody, readJson, textField } from './http.ts';
import { idempotencyKeyOf, type KeptBooking, keepBooking, keptBooking, replayed } from './idempotency.ts';
import { incomingKey } from './objects.ts';
import type { Exchange, Handler, Services } from './services.ts';
import { authenticate } from './sessions.ts';

const recordingBytesMax = 1024 * 1024;
const modalities = ['video', 'phone', 'in-person'];

// What was booked under the same key before is found instead: then nothing is made.
const book = (newId: string): Statement => ({
  name: 'consultation-book',
  text: `with made as (
      insert into consultations (id, patient_id, title, note, starts_at, modality, clinician, clinician_id, care_version, file_name, status,
        idempotency_key)
      select ${newId}, $1, $2, $3, $4, $5, clinician_name, clinician_id, care_version, $6, 'booked', $7 from patients where id = $1
      on conflict (patient_id, idempotency_key) do nothing returning id, title, note, starts_at
    ), bumped as (
      update patients set history_version = history_version + 1 where id = $1 and exists (select 1 from made)
    ), told as (
      insert into events (patient_id, kind, consultation_id, title) select $1, 'booked', id, $2 from made
    ), booked as (
      select true as "isNew", id, title, note, starts_at from made union all
      select false, id, title, note, starts_at from consultations where patient_id = $1 and idempotency_key = $7
    )
    select "isNew", id, title, note, to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startsAt"
    from booked limit 1`,
});

interface Booked {
  readonly isNew: boolean;
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly startsAt: string;
}

const cancel = {
  name: 'consultation-cancel',
  text: `with gone as (
      delete from consultations where id = $2 and patient_id = $1 and status = 'booked' returning id, title
    ), told as (
      insert into events (patient_id, kind, consultation_id, title) select $1, 'cancelled', id, title from gone
    ), bumped as (
      update patients set history_version = history_version + 1 where id = $1 and exists (select 1 from gone)
    ) select id from gone`,
};

const attend = {
  name: 'consultation-attend',
  text: `with begun as (
      update consultations set status = 'in-call', segment = 0, call_key = gen_random_uuid()::text
      where id = $2 and patient_id = $1 and status = 'booked' returning id, call_key
    ), called as (insert into calls (consultation_id, key) select id, call_key from begun), bumped as (
      update patients set history_version = history_version + 1 where id = $1 and exists (select 1 from begun)
    )
    select id from begun union all
    select id from consultations where id = $2 and patient_id = $1 and status = 'in-call' and segment = 0 limit 1`,
};

const currentCall = {
  name: 'consultation-current-call',
  text: `select call_key as "callKey", segment from consultations where id = $2 and patient_id = $1 and status = 'in-call'`,
};

// One statement ends a segment: its recording, the job that stores it, the call's next state, and the history's new version.
const endSegment = {
  name: 'consultation-end-segment',
  text: `with ended as (
      update consultations c
      set status = $5, segment = case when $5 = 'in-call' then 1 else c.segment end, call_key = $6
      from consultations old
      where c.id = $2 and old.id = c.id and c.patient_id = $1 and c.status = 'in-call' and c.segment = $3
      returning c.id, c.title, c.file_name, old.call_key as old_key, old.segment as old_segment
    ), called as (
      insert into calls (consultation_id, key) select id, $6 from ended on conflict do nothing
    ), recorded as (
      insert into recordings (id, consultation_id, call_key, segment, title, file_name, status, object_key)
      select $7::uuid, id, old_key, old_segment, title, file_name, 'processing', $8 from ended returning id
    ), queued as (insert into jobs (recording_id, incoming_key) select id, $4 from recorded), bumped as (
      update patients set history_version = history_version + 1 where id = $1 and exists (select 1 from ended)
    ) select id from recorded`,
};

async function forget(services: Services, exchange: Exchange): Promise<void> {
  const { patientId, number, accountNumber, historyVersion } = exchange.context.current();
  await forgetHistory(services, patientId, number, accountNumber, historyVersion);
}

/** Books for the patient who asks, once however often the key comes; `authenticate` has been called. Throws a `Refusal`. */
export async function bookFor(
  services: Services,
  exchange: Exchange,
  body: Readonly<Record<string, unknown>>,
  key: string | null,
): Promise<KeptBooking> {
  const modality = textField(body, 'modality');
  const startsAt = textField(body, 'startsAt');
  if (!modalities.includes(modality))
    throw new Refusal(400, 'bad-field', `modality is one of ${modalities.join(', ')}`);
  if (Number.isNaN(Date.parse(startsAt))) throw new Refusal(400, 'bad-field', 'startsAt is not a date and time');
  const fields = [
    textField(body, 'title'),
    textField(body, 'note', 4000),
    startsAt,
    modality,
    textField(body, 'fileName'),
  ];
  const kept = key === null ? undefined : await keptBooking(services, exchange, key);
  if (kept !== undefined) return { isNew: false, body: kept };
  const [booked] = await services.database.query<Booked>(book(services.seams.newConsultationId), [
    exchange.context.current().patientId,
    ...fields,
    key,
  ]);
  if (booked === undefined)
    throw new Refusal(409, 'not-booked', 'the same booking is being made at this moment: try again');
  const { isNew, ...made } = booked;
  if (isNew) await forget(services, exchange);
  const booking = { ...made, status: 'booked' };
  if (key !== null) await keepBooking(services, exchange, key, booking);
  return { isNew, body: booking };
}

export const bookConsultation: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const { isNew, body } = await bookFor(
    services,
    exchange,
    await readJson(exchange.request),
    idempotencyKeyOf(exchange),
  );
  return json(201, body, isNew ? {} : replayed);
};

export const cancelConsultation: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const gone = await services.database.query(cancel, [exchange.context.current().patientId, exchange.id]);
  if (gone.length === 0) throw new Refusal(404, 'not-booked', 'you have no such consultation that could be cancelled');
  await forget(services, exchange);
  return noContent;
};

export const attendConsultation: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const begun = await services.database.query(attend, [exchange.context.current().patientId, exchange.id]);
  if (begun.length === 0) throw new Refusal(404, 'not-booked', 'you have no such consultation to attend now');
  await forget(services, exchange);
  return json(200, { segment: 0 });
};

interface CurrentCall {
  readonly callKey: string;
  readonly segment: number;
}

/** Puts the segment's bytes aside and closes it. `nextCall` gives the key that the call goes on under, and its status. */
async function closeSegment(
  services: Services,
  exchange: Exchange,
  nextCall: (call: CurrentCall) => { readonly key: string; readonly status: 'in-call' | 'ended' },
): Promise<void> {
  const [call] = await services.database.query<CurrentCall>(currentCall, [
    exchange.context.current().patientId,
    exchange.id,
  ]);
  if (call === undefined) throw new Refusal(404, 'no-call', 'you are in no such call');
  const next = nextCall(call);
  const media = await readBody(exchange.request, recordingBytesMax);
  if (media.length === 0) throw new Refusal(400, 'no-media', 'the recording of this segment is missing from the body');
  const incoming = incomingKey();
  await services.truth.noteMedia(exchange.id, media);
  await services.objects.put(incoming, media);
  const owner = exchange.context.current().patientId;
  const recordingId = randomUUID();
  const object = services.seams.recordingObject(recordingId, new Date());
  const values = [owner, exchange.id, call.segment, incoming, next.status, next.key, recordingId, object];
  try {
    const recorded = await services.database.query(endSegment, values);
    if (recorded.length === 0) throw new Refusal(409, 'call-moved-on', 'this segment has ended already');
  } catch (error) {
    await services.objects.remove(incoming);
    throw error;
  }
  services.wakeWorker();
  await forget(services, exchange);
}

export const switchCall: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  await closeSegment(services, exchange, (call) => {
    if (call.segment !== 0) throw new Refusal(409, 'call-moved-on', 'this call has been switched to video already');
    return { key: services.seams.switchedCallKey(call.callKey), status: 'in-call' };
  });
  return json(200, { segment: 1 });
};

export const endCall: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  await closeSegment(services, exchange, (call) => ({ key: call.callKey, status: 'ended' }));
  return json(202, { status: 'processing' });
};
