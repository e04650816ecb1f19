// Whose session a token is: from the shared cache, else from the database. Around an outage of the cache everybody must be looked up at
// once; for some seconds those who wait together are looked up together, by one query. The subtle thing: the cache doesn't say that it
// lost everything, so each instance keeps an entry of its own there, and looks whether it is still there whenever a session is not.
import { randomUUID } from 'node:crypto';
import { type CacheClient, CacheUnavailable } from './cache-client.ts';
import type { Database } from './database.ts';
import type { Seams, SignedIn } from './seams.ts';

/** What never changes about a token: whose it is. Not whether it is still good. */
export type KnownSession = Omit<SignedIn, 'historyVersion' | 'consentVersion'>;

export type FoundSession = KnownSession & { readonly hash: string };

export interface SessionLookup {
  find(hash: string, signal: AbortSignal): Promise<KnownSession | undefined>;
}

export interface SessionLookupParts {
  readonly cache: CacheClient;
  readonly database: Database;
  readonly seams: Pick<Seams, 'readSession' | 'matchSessions'>;
}

const cachedLifetimeMs = 60_000;
const markLifetimeMs = 24 * 3_600_000;
const unsettledForMs = 5_000;
const gatherForMs = 20;
const batchCountMax = 100;

// In the order of the index, not of the asking: each row says which token it belongs to.
const findTokens = {
  name: 'session-find-tokens',
  text: `select t.hash, t.id as "tokenId", s.id as "sessionId", p.id as "patientId", p.number, p.account_number as "accountNumber",
      p.given_name || ' ' || p.surname as name
    from session_tokens t join sessions s on s.id = t.session_id join patients p on p.id = s.patient_id
    where t.hash = any($1::text[]) order by t.hash`,
};

function asKnownSession(value: unknown): KnownSession {
  if (typeof value === 'object' && value !== null && 'tokenId' in value) return value as KnownSession;
  throw new TypeError('what the cache holds as a session is none');
}

interface Waiting {
  readonly hash: string;
  readonly resolve: (found: KnownSession | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export function createSessionLookup(
  { cache, database, seams }: SessionLookupParts,
  nowMs: () => number = Date.now,
): SessionLookup {
  const markKey = `session-mark:${randomUUID()}`;
  let marked = false;
  let unsettledUntilMs = 0;
  let gathering: Waiting[] = [];

  function unsettle(): void {
    unsettledUntilMs = nowMs() + unsettledForMs;
  }

  function setMark(): void {
    cache.set(markKey, 'here', markLifetimeMs).then(
      () => {
        marked = true;
      },
      () => {},
    );
  }

  /** The mark is gone, though it was set: so is all that stood beside it. */
  async function lookForMark(signal: AbortSignal): Promise<void> {
    if (marked && (await cache.get(markKey, signal)) !== null) return;
    if (marked) unsettle();
    setMark();
  }

  async function fromCache(hash: string, signal: AbortSignal): Promise<KnownSession | null> {
    try {
      const cached = await cache.get(`session:${hash}`, signal);
      if (cached !== null) return asKnownSession(JSON.parse(cached));
      await lookForMark(signal);
      return null;
    } catch (error) {
      if (error instanceof CacheUnavailable && !error.busy) unsettle();
      throw error;
    }
  }

  async function ask(hashes: readonly string[]): Promise<ReadonlyMap<string, KnownSession>> {
    const rows = await database.query<FoundSession>(findTokens, [hashes]);
    const known = new Map<string, KnownSession>();
    for (const [asked, { hash: _, ...session }] of seams.matchSessions(hashes, rows)) {
      known.set(asked, session);
      cache.set(`session:${asked}`, JSON.stringify(session), cachedLifetimeMs).catch(() => {});
    }
    return known;
  }

  async function askForBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const found = await ask(batch.map((each) => each.hash));
      for (const { hash, resolve } of batch) resolve(found.get(hash));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  function startBatch(): void {
    const batch = gathering;
    gathering = [];
    if (batch.length > 0) void askForBatch(batch);
  }

  function together(hash: string): Promise<KnownSession | undefined> {
    return new Promise((resolve, reject) => {
      if (gathering.push({ hash, resolve, reject }) === 1) setTimeout(startBatch, gatherForMs);
      if (gathering.length >= batchCountMax) startBatch();
    });
  }

  async function fromDatabase(hash: string): Promise<KnownSession | undefined> {
    return nowMs() < unsettledUntilMs ? together(hash) : (await ask([hash])).get(hash);
  }

  setMark();
  return {
    find: (hash, signal) =>
      seams.readSession(
        () => fromCache(hash, signal),
        () => fromDatabase(hash),
      ),
  };
}
