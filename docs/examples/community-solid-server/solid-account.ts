// The account behind a pod: its page at `/.account/`, where every answer says what else this account may ask for (its controls), to
// whoever shows what a login gave: as a cookie, as browsers do, or in a header. No `node:` module: it runs inside k6.
import { z } from 'zod';
import { isOk, verdictOf } from '../../../harness/targets/talk.ts';
import type { Account, ActionResult, Http, HttpRequest, HttpResponse } from '../../../harness/targets/target.ts';
import { pathOf } from './solid-talk.ts';

/** Without headers of its own it is known by its cookie alone. */
export interface Client {
  readonly http: Http;
  readonly headers?: Readonly<Record<string, string>>;
}

const page = z.object({
  controls: z.object({
    password: z.object({ create: z.string().optional() }),
    account: z.object({
      pod: z.string().optional(),
      clientCredentials: z.string().optional(),
      logout: z.string().optional(),
    }),
  }),
});
export type Controls = z.infer<typeof page>['controls'];

const opened = z.object({ authorization: z.string() });
const loginsOf = z.object({ passwordLogins: z.record(z.string(), z.string()) });
const credentialsOf = z.object({ clientCredentials: z.record(z.string(), z.string()) });

export const loginRoute = '/.account/login/password/';

export const logIn = ({ http }: Client, { email = '', password = '' }: Account): Promise<HttpResponse> =>
  http.request({ method: 'POST', url: loginRoute, route: loginRoute, body: { email, password } });

/** Shows in a header what this answer gave: a cache that stands between then knows it for credentials, and a cookie it may not. */
export const byHeader = ({ http }: Client, response: HttpResponse): Client => ({
  http,
  headers: { authorization: `CSS-Account-Token ${opened.parse(response.json()).authorization}` },
});

export const accountPage = (client: Client): Promise<HttpResponse> => ask(client, 'GET', '/.account/');

export const controlsOf = (response: HttpResponse): Controls => page.parse(response.json()).controls;

/** Asks what a control names; the account's and the thing's ids are no part of the route. */
export function ask(
  { http, headers }: Client,
  method: HttpRequest['method'],
  control: string,
  body?: Record<string, unknown>,
): Promise<HttpResponse> {
  const url = pathOf(control);
  const route = url.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
  return http.request({ method, url, route, ...(headers && { headers }), ...(body && { body }) });
}

/** Who this is, as the account's page tells: the e-mail addresses with which one may log in. */
export async function whoAmI(session: Client): Promise<ActionResult> {
  const response = await accountPage(session);
  if (!isOk(response)) return verdictOf(response);
  const { create } = controlsOf(response).password;
  if (create === undefined) return { outcome: 'refused', detail: 'the page of nobody' };
  return verdictOf(await ask(session, 'GET', create));
}

export async function logOut(session: Client): Promise<ActionResult> {
  const { logout } = controlsOf(await accountPage(session)).account;
  if (logout === undefined) return { outcome: 'refused', detail: 'the page of nobody' };
  return verdictOf(await ask(session, 'POST', logout, {}));
}

/**
 * An account can't be deleted, and must keep one login: another takes the place of the patient's, with an address that says
 * nothing of them. Needs to be logged in.
 */
export async function replaceLogin(session: Client, other: Account): Promise<ActionResult> {
  const { create = '' } = controlsOf(await accountPage(session)).password;
  const logins = await ask(session, 'GET', create);
  if (!isOk(logins)) return verdictOf(logins);
  const { passwordLogins } = loginsOf.parse(logins.json());
  if (passwordLogins[other.email ?? ''] === undefined) {
    const made = await ask(session, 'POST', create, { ...other });
    if (!isOk(made)) return verdictOf(made);
  }
  for (const [email, resource] of Object.entries(passwordLogins)) {
    if (email === other.email) continue;
    const gone = await ask(session, 'DELETE', resource);
    if (!isOk(gone)) return verdictOf(gone);
  }
  return { outcome: 'ok' };
}

/** Needs to be logged in. */
export async function removeCredentials(session: Client): Promise<ActionResult> {
  const { clientCredentials: control = '' } = controlsOf(await accountPage(session)).account;
  const known = await ask(session, 'GET', control);
  if (!isOk(known)) return verdictOf(known);
  for (const resource of Object.values(credentialsOf.parse(known.json()).clientCredentials)) {
    const gone = await ask(session, 'DELETE', resource);
    if (!isOk(gone)) return verdictOf(gone);
  }
  return { outcome: 'ok' };
}
