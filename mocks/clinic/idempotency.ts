// The answers to bookings that carried a key, so that a client which lost its answer may ask again and gets the same. The shared cache
// keeps them for a minute; what makes a repetition harmless is the database, which takes a patient's key only once.
import { CacheUnavailable } from './cache-client.ts';
import { Refusal } from './http.ts';
import type { Exchange, Services } from './services.ts';

const keptForMs = 60_000;
const keyLengthMax = 100;

/** What a booking is answered with, and whether it was made for this request. */
export interface KeptBooking {
  readonly isNew: boolean;
  readonly body: Booking;
}

export interface Booking {
  readonly id: string;
  readonly startsAt: string;
}

/** Goes on an answer that had been given before. */
export const replayed = { 'idempotency-replayed': 'true' };

/** Null when the request has none. */
export function idempotencyKeyOf(exchange: Exchange): string | null {
  const key = exchange.request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && key !== '' && key.length <= keyLengthMax) return key;
  throw new Refusal(400, 'bad-key', `an Idempotency-Key is a text of 1 to ${keyLengthMax} characters`);
}

function bodyIn(kept: string): Booking {
  const value: unknown = JSON.parse(kept);
  if (typeof value === 'object' && value !== null && 'startsAt' in value) return value as Booking;
  throw new TypeError('what the cache holds as the answer to a booking is none');
}

/** The answer that was given to this key before, or undefined; without the cache it is the database that remembers. */
export async function keptBooking(services: Services, exchange: Exchange, key: string): Promise<Booking | undefined> {
  const { patientId } = exchange.context.current();
  try {
    const kept = await services.cache.get(services.seams.idempotencyKey(patientId, key), exchange.signal);
    return kept === null ? undefined : bodyIn(kept);
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
    return undefined;
  }
}

/** Keeps the answer to a booking under its key. */
export async function keepBooking(services: Services, exchange: Exchange, key: string, body: Booking): Promise<void> {
  const under = services.seams.idempotencyKey(exchange.context.current().patientId, key);
  await services.cache.set(under, JSON.stringify(body), keptForMs).catch(() => {});
}
