// The ready adapter of FHIR R4 servers with SMART on FHIR. `fhirR4({ … })` makes one for yours; `target` is that for accounts from a list with the
// columns username, password, patient, clientId and redirectUri. Safe inside k6.
import { authorized } from '../logins/authorized.ts';
import type { FormStep } from '../logins/fill.ts';
import { oauthCodeLogin } from '../logins/oauth-code.ts';
import type { OAuthClient } from '../logins/provider.ts';
import { revokeTokens } from '../logins/revoke-tokens.ts';
import { byAdministrator, byPatients, type FhirAccounts, type FhirPlace } from './fhir-enrolment.ts';
import { appointmentOf, encounterOf, type MediaType, recordingOf } from './fhir-resources.ts';
import { type Ask, create, follow, idOf, idsOf, pageOf, read, search, update, upload, videosOf } from './fhir-talk.ts';
import { isOk, keep, onConsultation, type Range, rangeHeader, verdictOf } from './talk.ts';
import {
  type Account,
  type ActionFunctions,
  type ActionResult,
  type Declarations,
  defineTarget,
  type SessionContext,
  type Target,
} from './target.ts';

export interface FhirOptions {
  readonly name?: string;
  /** Path of the service's base. Default `/fhir`. */
  readonly base?: string;
  /** Where recordings are. Default `DocumentReference`; what a list shows of the other kind is not looked for. */
  readonly media?: MediaType;
  /** The app that signs in, as it is registered with the server. */
  readonly client: (account: Account) => OAuthClient;
  readonly redirectUri: (account: Account) => string;
  readonly scope?: string;
  /** The pages of the provider: credentials, consent, choice of a patient. */
  readonly pages: (account: Account) => readonly FormStep[];
  /** Left out: the accounts are leased from the drill's list, each with a column `patient`. */
  readonly accounts?: FhirAccounts;
  /** How the administrator shows the secret, if not as a bearer token. */
  readonly adminHeaders?: (secret: string) => Readonly<Record<string, string>>;
  readonly declares?: Partial<Declarations>;
}

const scopeDefault = 'openid fhirUser launch/patient offline_access patient/*.read patient/*.write';

export function fhirR4(options: FhirOptions): Target {
  const { base = '/fhir', media = 'DocumentReference' } = options;
  const place: FhirPlace = { base, media };
  const enrolment = options.accounts ? byAdministrator(place, options.accounts) : byPatients(place);
  const { adminHeaders } = options;
  return defineTarget({
    name: options.name ?? 'fhir-r4',
    declares: {
      headers: {},
      signOutBoundMs: 0,
      withdrawalBoundMs: 0,
      erasureBoundMs: 0,
      recordingReadyBoundMs: 0,
      ...options.declares,
    },
    actions: { ...signingIn(base, options), ...calls(place), ...looking(place) },
    enrolment: enrolment.by === 'patients' || !adminHeaders ? enrolment : { ...enrolment, adminHeaders },
  });
}

const as =
  (session: SessionContext): Ask =>
  (request) =>
    authorized(session, request);

const selfOf = ({ account }: Pick<SessionContext, 'account'>): string => account.patient ?? '';

const signingIn = (base: string, { client, redirectUri, scope, pages }: FhirOptions): ActionFunctions => ({
  'sign-in': (session) =>
    oauthCodeLogin(session, {
      provider: { smart: `${session.origin}${base}` },
      client: client(session.account),
      redirectUri: redirectUri(session.account),
      scope: scope ?? scopeDefault,
      // Whose data the token is for (SMART App Launch 2); without it a token for one server could be shown to another.
      parameters: { aud: `${session.origin}${base}` },
      pages: pages(session.account),
    }),
  'who-am-i': async (session) => verdictOf(await read(as(session), base, 'Patient', selfOf(session))),
  'sign-out': (session) =>
    revokeTokens(session, { provider: { smart: `${session.origin}${base}` }, client: client(session.account) }),
});

const calls = ({ base, media }: FhirPlace): ActionFunctions => {
  async function record(session: SessionContext, item: number, segment: 0 | 1): Promise<ActionResult> {
    const ask = as(session);
    const encounterId = session.memory.get(`encounter ${item}`);
    if (encounterId === undefined) return { outcome: 'failed', detail: `consultation ${item} was not attended` };
    const stored = await upload(ask, base, selfOf(session), await session.recording(item, segment));
    if (!isOk(stored)) return verdictOf(stored);
    const at = { binaryId: idOf(stored), encounterId };
    return verdictOf(await create(ask, base, recordingOf(media, selfOf(session), session.consultation(item), at)));
  }
  return {
    async book(session, { item }) {
      const response = await create(as(session), base, appointmentOf(selfOf(session), session.consultation(item)));
      if (!isOk(response)) return verdictOf(response);
      const id = idOf(response);
      keep(session, `consultation ${item}`, id);
      return { outcome: 'ok', createdIds: [id] };
    },
    'view-consultation': (session, { item }) =>
      onConsultation(session, item, async (id) => verdictOf(await read(as(session), base, 'Appointment', id))),
    cancel: (session, { item }) =>
      onConsultation(session, item, async (id) => {
        const cancelled = { ...appointmentOf(selfOf(session), session.consultation(item)), status: 'cancelled' };
        return verdictOf(await update(as(session), base, id, cancelled));
      }),
    attend: (session, { item }) =>
      onConsultation(session, item, async (appointmentId) => {
        const more = { status: 'in-progress', appointmentId } as const;
        const response = await create(
          as(session),
          base,
          encounterOf(selfOf(session), session.consultation(item), more),
        );
        if (isOk(response)) keep(session, `encounter ${item}`, idOf(response));
        return verdictOf(response);
      }),
    'switch-call': (session, { item }) => record(session, item, 0),
    'end-call': (session, { item }) => record(session, item, 1),
  };
};

/** What each is sorted by, of the standard's search parameters. */
const newestFirst: Readonly<Record<string, string>> = {
  Appointment: '-date',
  Encounter: '-date',
  DocumentReference: '-date',
  Media: '-created',
};

const looking = ({ base, media }: FhirPlace): ActionFunctions => ({
  async 'view-history'(session, { of, limit }) {
    const owner = of === undefined ? selfOf(session) : selfOf({ account: session.accountOf(of) });
    const own = `patient=${encodeURIComponent(`Patient/${owner}`)}`;
    const count = limit === undefined ? '' : `&_count=${limit}`;
    const ids: string[] = [];
    let playable: string[] = [];
    let whole = true;
    for (const type of ['Appointment', 'Encounter', media]) {
      const response = await search(
        as(session),
        base,
        type,
        `${own}&_sort=${newestFirst[type]}${type === media ? '' : count}`,
      );
      if (!isOk(response)) return verdictOf(response);
      const page = pageOf(response);
      ids.push(...idsOf(page));
      whole &&= page.next === null;
      if (type === 'Encounter') keep(session, 'next page', page.next);
      if (type === media) playable = videosOf(base, page);
    }
    session.playable = playable;
    return { outcome: 'ok', listedIds: ids, complete: whole && of === undefined };
  },
  async 'turn-page'(session) {
    const next = session.memory.get('next page');
    if (next === undefined) return { outcome: 'failed', detail: 'the list has no further page' };
    const response = await follow(as(session), base, next, 'Encounter');
    if (!isOk(response)) return verdictOf(response);
    const page = pageOf(response);
    keep(session, 'next page', page.next);
    return { outcome: 'ok', listedIds: idsOf(page) };
  },
  watch: (session, { pick, range }) =>
    watchBinary(session, session.playable[pick % session.playable.length], base, range),
  'follow-link': (session) => watchBinary(session, session.postedLink, base),
});

async function watchBinary(
  session: SessionContext,
  url: string | null | undefined,
  base: string,
  range?: Range,
): Promise<ActionResult> {
  if (!url) return { outcome: 'failed', detail: 'there is no link to play' };
  const headers = { accept: 'video/webm', ...rangeHeader(range) };
  const response = await authorized(session, {
    method: 'GET',
    url,
    route: `${base}/Binary/{id}`,
    headers,
    expect: 'bytes',
  });
  return verdictOf(response);
}

export const target = fhirR4({
  client: ({ clientId = 'crosstalk' }) => ({ id: clientId }),
  redirectUri: ({ redirectUri = 'org.example.crosstalk:/callback' }) => redirectUri,
  // Whatever the page calls the name; a page that does not come up is left out.
  pages: ({ username = '', password = '' }) => [
    ...['username', 'login', 'email', 'user'].map((field) => ({ fields: { [field]: username, password } })),
    { fields: { prompt: 'consent' } },
  ],
});
