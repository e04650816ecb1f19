// One consultation by itself. What never changes about it (its "card") is kept in the shared cache under its id, which is never given to
// another; whose it is, and how far it has come, is asked of the database each time.
import { CacheUnavailable } from './cache-client.ts';
import { json, Refusal } from './http.ts';
import type { Handler, Services } from './services.ts';
import { authenticate } from './sessions.ts';

const cardLifetimeMs = 5 * 60_000;

interface Card {
  readonly title: string;
  readonly note: string;
  readonly startsAt: string;
  readonly modality: string;
  readonly clinician: string;
}

const findOwn = {
  name: 'consultation-find-own',
  text: 'select status from consultations where id = $1 and patient_id = $2',
};

const readCard = {
  name: 'consultation-card',
  text: `select title, note, to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startsAt", modality, clinician
    from consultations where id = $1`,
};

function asCard(value: unknown): Card {
  if (typeof value === 'object' && value !== null && 'clinician' in value) return value as Card;
  throw new TypeError('what the cache holds as a consultation is none');
}

/** Whose it is, the caller has asked. */
export async function cardOf(services: Services, id: string, signal: AbortSignal): Promise<Card | undefined> {
  const key = `card:${id}`;
  try {
    const kept = await services.cache.get(key, signal);
    if (kept !== null) return asCard(JSON.parse(kept));
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
  }
  const [card] = await services.database.query<Card>(readCard, [id]);
  if (card !== undefined) services.cache.set(key, JSON.stringify(card), cardLifetimeMs).catch(() => {});
  return card;
}

export const viewConsultation: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const own = [exchange.id, exchange.context.current().patientId];
  const [consultation] = await services.database.query<{ status: string }>(findOwn, own);
  const card = consultation && (await cardOf(services, exchange.id, exchange.signal));
  if (consultation === undefined || card === undefined)
    throw new Refusal(404, 'no-such-consultation', 'you have no such consultation');
  return json(200, { id: exchange.id, ...card, status: consultation.status });
};
