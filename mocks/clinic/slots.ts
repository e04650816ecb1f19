// The times that can be booked: the same for everybody.
import type { Handler } from './services.ts';
import { renewIfSignedIn } from './sessions.ts';

export interface Slot {
  readonly id: string;
  readonly startsAt: string;
  readonly clinician: string;
}

const clinicians = ['Dr Hale', 'Dr Moss', 'Dr Quill'];
const slotLengthMs = 15 * 60_000;
const slotCount = 12;

export function upcomingSlots(modality: string): readonly Slot[] {
  const first = Math.ceil(Date.now() / slotLengthMs) * slotLengthMs;
  return Array.from({ length: slotCount }, (_, index) => ({
    id: `${modality.slice(0, 10)}-${first + index * slotLengthMs}`,
    startsAt: new Date(first + index * slotLengthMs).toISOString(),
    clinician: clinicians[index % clinicians.length] ?? '',
  }));
}

export const slots: Handler = async (services, exchange) => {
  await renewIfSignedIn(services, exchange);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=2' };
  const list = upcomingSlots(exchange.query.get('modality') ?? 'video');
  return { status: 200, headers, body: JSON.stringify({ slots: list }) };
};
