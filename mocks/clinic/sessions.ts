// Who is asking? What never changes about a session (whose it is) may come from the shared cache; whether it is still good is asked of
// the database each time. So a sign-out holds at once on every node, and nothing in the cache can be stale.
import { createHash, randomBytes } from 'node:crypto';
import type { Database } from './database.ts';
import { Refusal } from './http.ts';
import type { Exchange, Services } from './services.ts';

export const sessionLifetimeMs = 12 * 3_600_000;

// A superseded value stays good for ten seconds: answers that carry the new one may still be on their way.
const checkToken = {
  name: 'session-check-token',
  text: `select p.history_version as "historyVersion", p.consent_version as "consentVersion", t.first_used_at is null as "firstUse",
      s.rotated_at < now() - interval '5 seconds' as "rotationDue"
    from session_tokens t join sessions s on s.id = t.session_id join patients p on p.id = s.patient_id
    where t.id = $1 and s.revoked_at is null and s.created_at > now() - interval '12 hours'
      and (t.superseded_at is null or t.superseded_at > now() - interval '10 seconds')`,
};

// Only the first use of a new value supersedes the older ones: had its answer been lost, the client would hold nothing good.
const supersedeOlder = {
  name: 'session-supersede',
  text: `with used as (
      update session_tokens set first_used_at = now() where id = $1 and first_used_at is null returning session_id, issued_at
    )
    update session_tokens older set superseded_at = now() from used
    where older.session_id = used.session_id and older.issued_at < used.issued_at and older.superseded_at is null`,
};

const rotate = {
  name: 'session-rotate',
  text: `with turn as (
      update sessions set rotated_at = now()
      where id = $1 and revoked_at is null and rotated_at < now() - interval '5 seconds' returning id
    ), swept as (
      delete from session_tokens where session_id = $1 and superseded_at < now() - interval '1 minute'
    )
    insert into session_tokens (hash, session_id) select $2, id from turn returning id`,
};

const open = {
  name: 'session-open',
  text: `with opened as (insert into sessions (patient_id) values ($1) returning id)
    insert into session_tokens (hash, session_id, first_used_at) select $2, id, now() from opened returning session_id as "sessionId"`,
};

const revoke = { name: 'session-revoke', text: 'update sessions set revoked_at = now() where id = $1' };

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

export const cookieOf = (token: string): string => `sid=${token}; HttpOnly; SameSite=Lax; Path=/`;
export const clearedCookie = 'sid=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0';

export const newToken = (): string => randomBytes(32).toString('base64url');

// Which session a page was made for, for the page's own script to compare. It opens nothing, and leads back to nothing that does.
const markLength = 16;
export const sessionMarkOf = (sessionId: string): string => hashOf(`mark of ${sessionId}`).slice(0, markLength);
export const markCookieOf = (mark: string): string => `mark=${mark}; SameSite=Lax; Path=/`;
export const clearedMarkCookie = 'mark=; SameSite=Lax; Path=/; Max-Age=0';

/** One more cookie on whatever the answer will be. */
export function addCookie({ answerHeaders }: Exchange, cookie: string): void {
  answerHeaders['set-cookie'] = [answerHeaders['set-cookie'] ?? [], cookie].flat();
}

export async function openSession(
  database: Database,
  patientId: string,
): Promise<{ readonly token: string; readonly sessionId: string }> {
  const token = newToken();
  const [opened] = await database.query<{ sessionId: string }>(open, [patientId, hashOf(token)]);
  if (opened === undefined) throw new Refusal(503, 'not-opened', 'no session could be opened: try again');
  return { token, sessionId: opened.sessionId };
}

export async function revokeSession(database: Database, sessionId: string): Promise<void> {
  await database.query(revoke, [sessionId]);
}

export function cookieNamed({ headers }: Exchange['request'], name: string): string | undefined {
  const pair = headers.cookie?.split(';').find((each) => each.trimStart().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1) || undefined;
}

export function tokenIn(exchange: Exchange): { readonly token: string; readonly by: 'cookie' | 'bearer' } | undefined {
  const { authorization } = exchange.request.headers;
  if (authorization?.startsWith('Bearer ')) return { token: authorization.slice(7), by: 'bearer' };
  const token = cookieNamed(exchange.request, 'sid');
  return token ? { token, by: 'cookie' } : undefined;
}

interface TokenState {
  readonly historyVersion: number;
  readonly consentVersion: number;
  readonly firstUse: boolean;
  readonly rotationDue: boolean;
}

/** Lets the patient in, or throws a 401. An older session is given a new value, which goes out with the answer. */
export async function authenticate(services: Services, exchange: Exchange): Promise<void> {
  const refusal = new Refusal(401, 'not-signed-in', 'sign in first: this session is unknown, expired or signed out');
  const presented = tokenIn(exchange);
  if (presented === undefined) throw refusal;
  const known = await services.sessions.find(hashOf(presented.token), exchange.signal);
  if (known === undefined) throw refusal;
  const [state] = await services.database.query<TokenState>(checkToken, [known.tokenId]);
  if (state === undefined) throw refusal;
  const { historyVersion, consentVersion } = state;
  exchange.context.enter({ ...known, historyVersion, consentVersion });
  if (state.firstUse) await services.database.query(supersedeOlder, [known.tokenId]);
  if (state.rotationDue) await renew(services, exchange, known.sessionId, presented.by);
}

/** For a page that anybody may have: a session that comes along is kept alive by it, and whatever is wrong with it is no matter. */
export async function renewIfSignedIn(services: Services, exchange: Exchange): Promise<void> {
  await authenticate(services, exchange).catch(() => {});
}

async function renew(
  services: Services,
  exchange: Exchange,
  sessionId: string,
  by: 'cookie' | 'bearer',
): Promise<void> {
  const token = newToken();
  const made = await services.database.query(rotate, [sessionId, hashOf(token)]);
  if (made.length === 0) return;
  if (by === 'cookie') exchange.answerHeaders['set-cookie'] = cookieOf(token);
  else exchange.answerHeaders['x-session-token'] = token;
}
