// What clinicians do: look at their day, open a consultation of theirs, watch what was recorded of it.

import { type DayRow, playableBy, treatsNow } from './clinician-right.ts';
import { authenticateClinician } from './clinician-sessions.ts';
import { cardOf } from './consultation-card.ts';
import { json, Refusal } from './http.ts';
import { storedMedia } from './recordings.ts';
import type { Handler, Services } from './services.ts';

function show(services: Services, clinicianId: string, { patientId, patientName, ...consultation }: DayRow): unknown {
  return {
    ...consultation,
    patient: { id: patientId, name: patientName },
    recordings: consultation.recordings.map((one) => ({
      ...one,
      href: `/clinician${services.links.make(one.id, clinicianId, 'content')}`,
    })),
  };
}

export const clinicianDay: Handler = async (services, exchange) => {
  const { clinicianId, name } = await authenticateClinician(services, exchange);
  const date = exchange.query.get('date') ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)))
    throw new Refusal(400, 'bad-date', 'date is a day, as in 2020-06-09');
  const rows = await services.seams.clinicianDay(services, clinicianId, date);
  const consultations = rows.map((row) => show(services, clinicianId, row));
  return json(200, { clinician: { id: clinicianId, name }, date, consultations });
};

export const clinicianConsultation: Handler = async (services, exchange) => {
  const { clinicianId } = await authenticateClinician(services, exchange);
  const status = await treatsNow(services.database, clinicianId, exchange.id);
  const card = status === undefined ? undefined : await cardOf(services, exchange.id, exchange.signal);
  if (card === undefined) throw new Refusal(404, 'no-such-consultation', 'you have no such consultation');
  return json(200, { id: exchange.id, ...card, status });
};

/** As for patients: a link signed for this viewer, a live session, and the right at this moment. */
export const clinicianRecording: Handler = async (services, exchange) => {
  const { clinicianId } = await authenticateClinician(services, exchange);
  const verdict = services.links.check(exchange.id, clinicianId, 'content', exchange.query);
  if (verdict !== 'good') throw new Refusal(403, `link-${verdict}`, `this link is ${verdict}: take one from your day`);
  const recording = await playableBy(services.database, clinicianId, exchange.id);
  if (recording === undefined) throw new Refusal(403, 'no-right', 'you have no right to this recording');
  if (recording.status !== 'ready') throw new Refusal(404, 'not-ready', 'this recording is still being stored');
  return storedMedia(services, exchange, recording.objectKey);
};
