// How patients come to the server, and how they go: they sign up by themselves, for it has no administrator. Node only.
import { z } from 'zod';
import { formBody } from '../../../harness/logins/walk.ts';
import { expectOk, isOk } from '../../../harness/targets/talk.ts';
import {
  type Account,
  type ActionResult,
  AdapterError,
  type Http,
  type OwnEnrolment,
  type SessionContext,
} from '../../../harness/targets/target.ts';
import { accountPage, ask, byHeader, controlsOf, logIn, removeCredentials, replaceLogin } from './solid-account.ts';
import { add, addressOf, card, consultations, listed, pathOf, recordings, remove } from './solid-talk.ts';

const madePod = z.object({ pod: z.string(), webId: z.string() });
const madeCredentials = z.object({ id: z.string(), secret: z.string() });
const tokens = z.object({ access_token: z.string() });
const containerLink = { link: '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type"' } as const;

export const enrolment: OwnEnrolment = {
  by: 'patients',
  async signUp(http, { email, password, surname, givenName }) {
    const opened = await ask({ http }, 'POST', '/.account/account/', {});
    const client = byHeader({ http }, expectOk(opened, 'a new account'));
    const { password: login, account } = controlsOf(expectOk(await accountPage(client), "the account's page"));
    expectOk(await ask(client, 'POST', login.create ?? '', { email, password }), 'a login');
    // Its name stands in every address, and so must say nothing of its owner.
    const name = crypto.randomUUID();
    const { pod, webId } = madePod.parse(
      expectOk(await ask(client, 'POST', account.pod ?? '', { name }), 'a pod').json(),
    );
    const credentials = await ask(client, 'POST', account.clientCredentials ?? '', { name: 'clinic', webId });
    const { id, secret } = madeCredentials.parse(expectOk(credentials, 'client credentials').json());
    const made = { email, password, pod: pathOf(pod), webId, clientId: id, clientSecret: secret };
    await furnish(http, made, { surname, givenName, email });
    return made;
  },
  async addConsultation(session, { title, note, startsAt, modality, fileName }, media) {
    const { pod = '' } = session.account;
    const body = { title, note, startsAt, modality, fileName };
    expectOk(await add(session, `${pod}${consultations}`, body), 'a consultation');
    if (media !== null) expectOk(await add(session, `${pod}${recordings}`, media), 'a recording');
  },
  /** Leased accounts stay, with their containers. Of the others, what can't be removed is the account and its pod; nothing of the patient's is left in them. */
  async remove(session) {
    const { account } = session;
    if (account.stays === 'yes') return orThrow(await clear(session), 'to empty the containers');
    orThrow(await empty(session), 'to empty the pod');
    const first = await logIn(session, account);
    // Who was erased has the other login.
    const loggedIn = isOk(first) ? first : expectOk(await logIn(session, substituteOf(account)), 'to log in once more');
    const client = byHeader(session, loggedIn);
    orThrow(await replaceLogin(client, substituteOf(account)), 'to take the e-mail address away');
    orThrow(await removeCredentials(client), 'to take the client credentials away');
  },
};

/** The card of who it is, and the containers, so that what is missing later is gone and not just empty. */
async function furnish(http: Http, account: Account, who: Record<string, unknown>): Promise<void> {
  const { clientId = '', clientSecret = '', pod = '' } = account;
  const grant = { grant_type: 'client_credentials', scope: 'webid', client_id: clientId, client_secret: clientSecret };
  const asked = {
    method: 'POST',
    url: '/.oidc/token',
    route: '/.oidc/token',
    ...formBody(Object.entries(grant)),
  } as const;
  const { access_token } = tokens.parse(expectOk(await http.request(asked), 'a token').json());
  const authorization = `Bearer ${access_token}`;
  const put = async (path: string, headers: Record<string, string>, body?: Record<string, unknown>): Promise<void> => {
    const sent = { method: 'PUT', ...addressOf(`${pod}${path}`), headers: { authorization, ...headers } } as const;
    expectOk(await http.request({ ...sent, ...(body && { body }) }), path);
  };
  await put(card, {}, who);
  for (const container of [consultations, recordings])
    await put(container, { 'content-type': 'text/turtle', ...containerLink });
}

/** With the same password: it is the harness that logs in once more, to remove what is left. */
export const substituteOf = ({ pod = '', password = '' }: Account): Account => ({
  email: `${pod.replaceAll('/', '')}@gone.example`,
  password,
});

/** Removes what is in the pod's containers. */
async function clear(session: SessionContext): Promise<ActionResult> {
  const { pod = '' } = session.account;
  for (const container of [consultations, recordings]) {
    const { response, paths } = await listed(session, `${pod}${container}`);
    if (!isOk(response) && response.status !== 404)
      return { outcome: 'failed', detail: `${container} ${response.status}` };
    const cleared = await removeAll(session, paths);
    if (cleared.outcome !== 'ok') return cleared;
  }
  return { outcome: 'ok' };
}

/** And all else that is personal in it, for only empty containers can be removed. */
export async function empty(session: SessionContext): Promise<ActionResult> {
  const { pod = '' } = session.account;
  const cleared = await clear(session);
  if (cleared.outcome !== 'ok') return cleared;
  return removeAll(
    session,
    [consultations, recordings, 'clinic/', card, 'private/'].map((path) => `${pod}${path}`),
  );
}

/** Already gone is success. */
async function removeAll(session: SessionContext, paths: readonly string[]): Promise<ActionResult> {
  for (const path of paths) {
    const { status } = await remove(session, path);
    if (!isOk({ status }) && status !== 404)
      return { outcome: 'failed', detail: `DELETE ${addressOf(path).route} answered ${status}` };
  }
  return { outcome: 'ok' };
}

function orThrow({ outcome, detail }: ActionResult, what: string): void {
  if (outcome !== 'ok') throw new AdapterError(`${what}: ${detail ?? outcome}`);
}
