// Signing in and out, and who one is.

import { endClinicianSession, openClinicianSession } from './clinician-sessions.ts';
import { erasePatients } from './erasure.ts';
import { forgetHistory } from './history.ts';
import { json, noContent, Refusal, readJson, textField } from './http.ts';
import { closeInboxes } from './notices.ts';
import { isPassword } from './passwords.ts';
import type { Exchange, Handler, Services } from './services.ts';
import { authenticate, clearedCookie, cookieOf, openSession, revokeSession, sessionLifetimeMs } from './sessions.ts';

const findByEmail = {
  name: 'identity-by-email',
  text: `select id, given_name || ' ' || surname as name, password_hash as "passwordHash" from patients where email = lower($1)`,
};

const findClinician = {
  name: 'identity-clinician-by-email',
  text: 'select id, name, password_hash as "passwordHash" from clinicians where email = lower($1)',
};

const profile = {
  name: 'identity-profile',
  text: `select p.id, p.number, p.account_number as "accountNumber", p.given_name || ' ' || p.surname as name, p.email, p.telephone,
      p.nhs_number as "nhsNumber", p.birth_date as "birthDate",
      json_build_object('id', p.practice_id, 'name', p.practice_name) as practice,
      coalesce((select json_agg(json_build_object('id', o.id, 'name', o.given_name || ' ' || o.surname))
        from proxies x join patients o on o.id = x.owner_id where x.proxy_id = p.id), '[]'::json) as "actsFor"
    from patients p where p.id = $1`,
};

interface Credentials extends Person {
  readonly passwordHash: string;
}

interface Person {
  readonly id: string;
  readonly name: string;
}

interface Opened {
  readonly who: { readonly patient: Person } | { readonly clinician: Person };
  readonly token: string;
}

async function withPassword(
  { database }: Pick<Services, 'database'>,
  statement: typeof findByEmail,
  email: string,
  password: string,
): Promise<Person | undefined> {
  const [found] = await database.query<Credentials>(statement, [email]);
  if (found === undefined || !(await isPassword(password, found.passwordHash))) return undefined;
  return { id: found.id, name: found.name };
}

export const checkCredentials = (
  services: Pick<Services, 'database'>,
  email: string,
  password: string,
): Promise<Person | undefined> => withPassword(services, findByEmail, email, password);

/** A patient's session, or else a clinician's: one address is never both. */
async function open(services: Services, email: string, password: string): Promise<Opened> {
  const patient = await checkCredentials(services, email, password);
  if (patient !== undefined)
    return { who: { patient }, token: (await openSession(services.database, patient.id)).token };
  const clinician = await withPassword(services, findClinician, email, password);
  if (clinician === undefined)
    throw new Refusal(401, 'wrong-credentials', 'neither a patient nor a clinician has this e-mail and password');
  return { who: { clinician }, token: await openClinicianSession(services.database, clinician.id) };
}

export const signIn: Handler = async (services, exchange) => {
  const body = await readJson(exchange.request);
  const { who, token } = await open(services, textField(body, 'email'), textField(body, 'password'));
  const answer = { ...who, expiresAt: new Date(Date.now() + sessionLifetimeMs).toISOString() };
  if (body.by === 'bearer') return json(200, { ...answer, token });
  return json(200, answer, { 'set-cookie': cookieOf(token) });
};

export const signOut: Handler = async (services, exchange) => {
  if (!(await endClinicianSession(services, exchange))) {
    await authenticate(services, exchange);
    await revokeSession(services.database, exchange.context.current().sessionId);
  }
  // Whatever new value this request was about to be given is revoked with the session.
  delete exchange.answerHeaders['x-session-token'];
  exchange.answerHeaders['set-cookie'] = clearedCookie;
  return noContent;
};

interface Profile {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly nhsNumber: string;
  readonly practice: { readonly name: string };
}

/** Of the patient who asks; `authenticate` has been called. */
export async function profileOf(services: Services, exchange: Exchange): Promise<Profile> {
  const [me] = await services.database.query<Profile>(profile, [exchange.context.current().patientId]);
  if (me === undefined) throw new Refusal(401, 'not-signed-in', 'this patient has been erased');
  return me;
}

export const whoAmI: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const me = await profileOf(services, exchange);
  return json(200, services.version === 'v2' ? { ...me, greeting: `Hello, ${me.name}` } : me);
};

export const eraseMe: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const patient = exchange.context.current();
  await services.erasures.record(patient.patientId);
  await erasePatients(services.database, services.objects, [patient.patientId]);
  // Erased is said only once the mailbox can't be read any more; a worker closes it where this fails.
  await closeInboxes(services.database, services.mail, patient.patientId);
  await forgetHistory(services, patient.patientId, patient.number, patient.accountNumber, patient.historyVersion);
  exchange.answerHeaders['set-cookie'] = clearedCookie;
  return noContent;
};
