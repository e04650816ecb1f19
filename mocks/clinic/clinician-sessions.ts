// A clinician's session. It is looked up in the database each time, by itself and whole: a token is a patient's or a clinician's, so
// neither is ever let in where the other belongs. There are few of them, and nothing of theirs is cached.
import type { Database } from './database.ts';
import { Refusal } from './http.ts';
import type { Exchange, Services } from './services.ts';
import { hashOf, newToken, revokeSession, tokenIn } from './sessions.ts';

export interface SignedInClinician {
  readonly sessionId: string;
  readonly clinicianId: string;
  readonly name: string;
}

const open = {
  name: 'clinician-session-open',
  text: `with opened as (insert into sessions (clinician_id) values ($1) returning id)
    insert into session_tokens (hash, session_id, first_used_at) select $2, id, now() from opened`,
};

const find = {
  name: 'clinician-session-find',
  text: `select s.id as "sessionId", d.id as "clinicianId", d.name
    from session_tokens t join sessions s on s.id = t.session_id join clinicians d on d.id = s.clinician_id
    where t.hash = $1 and s.revoked_at is null and s.created_at > now() - interval '12 hours'`,
};

export async function openClinicianSession(database: Database, clinicianId: string): Promise<string> {
  const token = newToken();
  await database.query(open, [clinicianId, hashOf(token)]);
  return token;
}

/** Undefined where the request shows no clinician's session that is good. */
export async function clinicianIn(services: Services, exchange: Exchange): Promise<SignedInClinician | undefined> {
  const presented = tokenIn(exchange);
  if (presented === undefined) return undefined;
  return (await services.database.query<SignedInClinician>(find, [hashOf(presented.token)]))[0];
}

/** Lets the clinician in, or throws a 401. */
export async function authenticateClinician(services: Services, exchange: Exchange): Promise<SignedInClinician> {
  const clinician = await clinicianIn(services, exchange);
  if (clinician !== undefined) return clinician;
  throw new Refusal(401, 'not-signed-in', 'sign in as a clinician: this session is none, expired or signed out');
}

/** Whether it was a clinician's session, which is none any more. */
export async function endClinicianSession(services: Services, exchange: Exchange): Promise<boolean> {
  const clinician = await clinicianIn(services, exchange);
  if (clinician !== undefined) await revokeSession(services.database, clinician.sessionId);
  return clinician !== undefined;
}
