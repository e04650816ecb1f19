// The list of a patient's consultations with their recordings: cached per owner for a short time, its links made anew for each viewer.
// The cache key holds the version of the history, read from the database with the session, so that nothing need be taken out in time:
// an answer computed late (by a node that was frozen, say) lands under a version that nobody asks for any more.
import { CacheUnavailable } from './cache-client.ts';
import type { ConsultationRow } from './history-rows.ts';
import { json, Refusal } from './http.ts';
import type { Exchange, Handler, Services } from './services.ts';
import { authenticate } from './sessions.ts';

const usualPageSize = 20;
const cachedLifetimeMs = 10_000;

interface Owner {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly accountNumber: number;
  readonly historyVersion: number;
}

interface Page {
  readonly consultations: readonly ConsultationRow[];
  readonly next: string | null;
}

export interface ShownRecording {
  readonly id: string;
  readonly title: string;
  readonly fileName: string;
  readonly status: string;
  readonly href: string;
  /** Of a small picture of it, which is there soon after the recording. */
  readonly thumbnailHref: string;
}

export interface ShownConsultation extends Omit<ConsultationRow, 'recordings'> {
  readonly recordings: readonly ShownRecording[];
}

export interface ShownHistory {
  readonly patient: { readonly id: string; readonly name: string };
  readonly consultations: readonly ShownConsultation[];
  readonly next: string | null;
}

const findOwner = {
  name: 'history-owner',
  text: `select o.id, o.given_name || ' ' || o.surname as name, o.number, o.account_number as "accountNumber",
      o.history_version as "historyVersion"
    from patients o where o.id = $1`,
};

/** At most so many consultations on a page, as the address says. Throws a `Refusal` for what is no such number. */
function pageSizeOf(query: URLSearchParams): number {
  const limit = query.get('limit');
  if (limit === null) return usualPageSize;
  if (/^\d{1,2}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= usualPageSize) return Number(limit);
  throw new Refusal(400, 'bad-limit', `limit is a whole number from 1 to ${usualPageSize}`);
}

/** Asked for one more row than the page holds: whether there is one says whether there is a next page. */
async function readPage(services: Services, ownerId: string, cursor: string | null, pageSize: number): Promise<Page> {
  const { consultations, cursors } = services.seams;
  const rows =
    cursor === null
      ? await consultations(services.database, ownerId, null, pageSize + 1)
      : await cursors.page(services, ownerId, cursor, pageSize + 1);
  const last = rows.length > pageSize ? rows[pageSize - 1] : undefined;
  const next = last === undefined ? null : await cursors.after(services, ownerId, last);
  return { consultations: rows.slice(0, pageSize), next };
}

function cacheKey(services: Services, path: string, owner: Omit<Owner, 'name'>): string {
  return services.seams.historyKey({
    path,
    appVersion: services.version,
    ownerId: owner.id,
    ownerNumber: owner.number,
    ownerAccountNumber: owner.accountNumber,
    historyVersion: owner.historyVersion,
  });
}

/** Only a page of the usual size is cached. */
async function firstPage(services: Services, exchange: Exchange, owner: () => Owner): Promise<Page> {
  const key = cacheKey(services, exchange.path, owner());
  try {
    const cached = await services.cache.get(key, exchange.signal);
    if (cached !== null) return asPage(JSON.parse(cached));
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
  }
  const page = await readPage(services, owner().id, null, usualPageSize);
  services.cache.set(key, JSON.stringify(page), cachedLifetimeMs).catch(() => {});
  return page;
}

function asPage(value: unknown): Page {
  if (typeof value === 'object' && value !== null && 'consultations' in value) return value as Page;
  throw new TypeError('what the cache holds as a history is none');
}

/** Frees the memory of a list that has just become old, and of one that was erased; nobody would have read it again. */
export async function forgetHistory(
  services: Services,
  ownerId: string,
  number: number,
  accountNumber: number,
  historyVersion: number,
): Promise<void> {
  const owner = { id: ownerId, number, accountNumber, historyVersion };
  const keys = ['/me/history', '/me/rewatch'].map((path) => cacheKey(services, path, owner));
  await services.cache.delete(...new Set(keys)).catch(() => {});
}

function show(services: Services, viewerId: string, owner: Owner, page: Page): ShownHistory {
  return {
    patient: { id: owner.id, name: owner.name },
    consultations: page.consultations.map((consultation) => ({
      ...consultation,
      recordings: consultation.recordings.map((one) => ({
        ...one,
        href: services.links.make(one.id, viewerId, 'content'),
        thumbnailHref: services.links.make(one.id, viewerId, 'thumbnail'),
      })),
    })),
    next: page.next,
  };
}

/** The history of the patient who asks; `authenticate` has been called. */
export async function ownHistory(services: Services, exchange: Exchange): Promise<ShownHistory> {
  const owner = (): Owner => {
    const { patientId, name, number, accountNumber, historyVersion } = exchange.context.current();
    return { id: patientId, name, number, accountNumber, historyVersion };
  };
  return historyOf(services, exchange, owner);
}

async function historyOf(services: Services, exchange: Exchange, owner: () => Owner): Promise<ShownHistory> {
  const cursor = exchange.query.get('cursor');
  const pageSize = pageSizeOf(exchange.query);
  const page =
    cursor === null && pageSize === usualPageSize
      ? await firstPage(services, exchange, owner)
      : await readPage(services, owner().id, cursor, pageSize);
  return show(services, exchange.context.current().patientId, owner(), page);
}

export const myHistory: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  return json(200, await ownHistory(services, exchange));
};

/** The history of the patient whom the address names, for themselves or who acts for them; throws a `Refusal` for anybody else. */
export async function sharedHistory(services: Services, exchange: Exchange): Promise<ShownHistory> {
  const viewerId = exchange.context.current().patientId;
  if (exchange.id === viewerId) return ownHistory(services, exchange);
  const owner = (await services.seams.actsFor(services, viewerId, exchange.id))
    ? (await services.database.query<Owner>(findOwner, [exchange.id]))[0]
    : undefined;
  if (owner === undefined) throw new Refusal(403, 'no-right', 'this patient has not shared their history with you');
  return historyOf(services, exchange, () => owner);
}

export const patientHistory: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  return json(200, await sharedHistory(services, exchange));
};
