// The target contract: how each action is said to one deployment. One adapter file, written once, runs in Node and inside k6;
// it holds small functions over the portable `Http` and imports no `node:` module.
import type { ClinicianAccount, ClinicianIndex, Consultation, Patient, PatientIndex } from '../../fixtures/domain.ts';
import type { ContainChannel } from '../containment/report.ts';
import type { Action, ActionKind } from '../plan.ts';
import type { Screen } from './screen.ts';

/** The last ones are WebDAV's (RFC 4918, RFC 3253). */
export const methods = [
  ...(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const),
  ...(['PROPFIND', 'REPORT', 'MKCOL', 'COPY', 'MOVE'] as const),
] as const;
export type Method = (typeof methods)[number];

export interface HttpRequest {
  readonly method: Method;
  /** Path with query, or an absolute URL that the target itself handed out. */
  readonly url: string;
  /** The route's template, such as `/recordings/{id}/content`: what findings are grouped by. */
  readonly route: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>> | Uint8Array<ArrayBuffer>;
  /** `bytes`: media; scanned, hashed, counted, and not kept. */
  readonly expect?: 'text' | 'bytes';
  /** The answer is a stream that the target ends after about so long: the time limit is that much later. */
  readonly streamsForMs?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Several of one name are joined by `, `, `Set-Cookie` lines too. */
  header(name: string): string | undefined;
  /** Empty for `expect: 'bytes'`. At most `bodyKeptBytesMax` of it. */
  readonly text: string;
  /** The body as JSON. Throws an `AdapterError` that names the route and the first characters when it is not. */
  json(): unknown;
}

/** Cookies are kept by the driver, one jar a session. Redirects are not followed. An answer of any status is an answer. */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>;
}

/** What enrolling gave: all that is needed to sign in, as text. Never written to history. */
export type Account = Readonly<Record<string, string>>;

/** What the adapter sees of the session on whose behalf it speaks. */
export interface SessionContext {
  readonly http: Http;
  /** Where paths lead, as in `https://staging.example.org`. */
  readonly origin: string;
  /** What a person sees and touches, where a browser performs the session. */
  readonly screen?: Screen;
  /** Whose session it is; 0 where it is nobody's or a clinician's. */
  readonly patient: PatientIndex;
  readonly account: Account;
  accountOf(patient: PatientIndex): Account;
  clinicianAccountOf(clinician: ClinicianIndex): Account;
  /** The consultation of that item as the fixtures write it: title, note and file name with their canaries. */
  consultation(item: number): Consultation;
  /** A real video that shows and carries its owner. */
  recording(item: number, segment: 0 | 1): Promise<Uint8Array<ArrayBuffer>>;
  /** The adapter's own notes between actions of one session: bearer token, ids, links. */
  readonly memory: Map<string, string>;
  /** Playable recordings of the history seen last: links as the target gave them. */
  playable: readonly string[];
  /** For `follow-link`: what another session put on the board. */
  readonly postedLink: string | null;
  /** Whether the session was signed in when the action began; `ended`: it has signed out, and shows what it had once more. */
  readonly signedIn: 'never' | 'yes' | 'ended';
  /** Tells the oracle of a token as soon as it came, as `sessionValues` of the result do, and even if the action then fails. */
  issued(...values: readonly string[]): void;
}

/** What an action made of the answer. The oracle never relies on it for canaries, which are read from the raw bytes. */
export interface ActionResult {
  /** `refused`: the target said no (401, 403, 404, 410), which some steps expect. */
  readonly outcome: 'ok' | 'refused' | 'failed';
  readonly detail?: string;
  /** Server-issued ids on a list of one's own things: compared with the ids that others were given. */
  readonly listedIds?: readonly string[];
  /** Server-issued ids of things this action made. */
  readonly createdIds?: readonly string[];
  /** Bearer tokens and the like (cookies are seen by the driver itself): the same value must never reach two clients. */
  readonly sessionValues?: readonly string[];
  /** The list is whole: an own item that is not on it is missing. */
  readonly complete?: boolean;
}

export type ActionFunction<K extends ActionKind> = (
  session: SessionContext,
  action: Extract<Action, { kind: K }>,
) => Promise<ActionResult>;

export type ActionFunctions = { readonly [K in ActionKind]?: ActionFunction<K> };

export type PageContext = SessionContext & { readonly screen: Screen };

export type PageFunctions = {
  readonly [K in ActionKind]?: (session: PageContext, action: Extract<Action, { kind: K }>) => Promise<ActionResult>;
};

/** Addresses of which whoever holds one may read what is behind it, with or without a session: "the URL is the secret". */
export interface CapabilityUrls {
  /** The route's template, as the adapter gives it to `http.request`. */
  readonly route: string;
  /** How long after it was handed out such an address may go on answering. Left out: for as long as the thing is there. */
  readonly expiresAfterMs?: number;
}

/** In no stretch of `perMs` are more than `requests` sent, and no more than `burst` of them at one instant. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
  /** Default 4, as many as a barrier releases, and at most half of `requests`. What it is larger, the even flow is smaller. */
  readonly burst?: number;
}

/** What the target would answer with 429 to, and the harness keeps within: of all its requests together, and of each account's. */
export interface RateLimit {
  readonly all?: Rate;
  readonly perAccount?: Rate;
}

/** What the target says of itself, and the oracle allows for. */
export interface Declarations {
  /** Response headers that name the serving node, its version, the cache's verdict, and the request. */
  readonly headers: {
    readonly node?: string;
    readonly version?: string;
    readonly cacheStatus?: string;
    readonly requestId?: string;
  };
  /** How long after sign-out, withdrawal or erasure an answer may still hold personal data. 0: at once. */
  readonly signOutBoundMs: number;
  readonly withdrawalBoundMs: number;
  readonly erasureBoundMs: number;
  /** The same for a clinician whose patient has moved to another practice. Default 0. */
  readonly moveBoundMs?: number;
  /** How long a recording may take to appear once its call has ended. */
  readonly recordingReadyBoundMs: number;
  /** How long its caches may keep what a hostile probe put into them. Default 60,000. */
  readonly cacheLifetimeMs?: number;
  /** Request headers of the product's own in which a session shows itself, such as `x-session-token`; cookies and `Authorization` are known. */
  readonly credentialHeaders?: readonly string[];
  /** What is read under them by somebody who was given the address is counted and reported, and is no leak. Default none. */
  readonly capabilityUrls?: readonly CapabilityUrls[];
  /** Default none: as fast as the plan says. */
  readonly rateLimit?: RateLimit;
  /** Statuses that mean "somebody else was at it, ask again", such as 409. Asked again while people are made and removed, never in the load. */
  readonly conflictStatuses?: readonly number[];
}

/** Making and removing synthetic people, by an administrator's hand. Runs in Node only, before and after the load. */
export interface Enrolment {
  readonly by?: 'administrator';
  /** The headers that show the administrator's secret. Default: `authorization: Bearer …`. */
  adminHeaders?(secret: string): Readonly<Record<string, string>>;
  /** `clinician`: the account of the patient's, where clinicians are enrolled. */
  enrol(admin: Http, patient: Patient, clinician?: Account): Promise<Account>;
  /** A past consultation with its recording; `null` where it has none. */
  addConsultation(
    admin: Http,
    account: Account,
    consultation: Consultation,
    media: Uint8Array<ArrayBuffer> | null,
  ): Promise<void>;
  /** Removes the patient and everything of theirs; already gone is success. */
  unenrol(admin: Http, account: Account): Promise<void>;
  /** For targets where clinicians sign in, too: both or neither. */
  readonly clinicians?: {
    enrol(admin: Http, clinician: ClinicianAccount): Promise<Account>;
    unenrol(admin: Http, account: Account): Promise<void>;
  };
}

/**
 * Where no administrator's hand reaches: patients sign up by themselves or, without `signUp`, accounts that exist already are
 * leased from the drill's list. Each acts in a session of their own, signed in by the adapter's `sign-in`. Runs in Node only.
 */
export interface OwnEnrolment {
  readonly by: 'patients';
  /** A new account. `http` is a client without a session; the patient's password is theirs to set. */
  signUp?(http: Http, patient: Patient): Promise<Account>;
  /** A past consultation with its recording; `null` where it has none. Resolves once that can be played. */
  addConsultation(
    session: SessionContext,
    consultation: Consultation,
    media: Uint8Array<ArrayBuffer> | null,
  ): Promise<void>;
  /** Removes all that this run made of the patient's, and who signed up for it; already gone is success. Left out: it stays, and is listed. */
  remove?(session: SessionContext): Promise<void>;
}

/** What can be done at once when the deployment shows what it should not: for `crosstalk contain`. Runs in Node only. */
export interface Switch {
  /** Where it is meant to make dark. Of these, what can be watched anywhere must be seen to. */
  readonly claims: readonly ContainChannel[];
  /** Resolves once it is in force, as far as the deployment can tell. */
  pull(admin: Http): Promise<void>;
  /** Opens again what it shut. Also called after a pull that failed; already open is success. */
  release(admin: Http): Promise<void>;
}

/** Where an adapter stands, so that messages can name its file and line. */
export interface AdapterSource {
  /** Absolute path of the module, with forward slashes. */
  readonly path: string;
  /** Where each function begins, such as `my-adapter.ts:41`, by its name: `watch`, `pages.watch`, `enrol`. */
  readonly places: Readonly<Record<string, string>>;
}

export interface Target {
  readonly name: string;
  /** Filled in by the harness, where it knows from which file the target came. */
  readonly source?: AdapterSource;
  readonly declares: Declarations;
  /** An action left out can't be done here; the report says what was therefore not tested. */
  readonly actions: ActionFunctions;
  /** The same actions as a person performs them, on the deployment's pages: for `--browser`. */
  readonly pages?: PageFunctions;
  readonly enrolment: Enrolment | OwnEnrolment;
  /** By name, as in `disable-rewatch`. */
  readonly switches?: Readonly<Record<string, Switch>>;
}

const clinicianActions = ['view-day', 'move-practice'] as const;

/** Throws where the adapter can't be whole: what clinicians do needs clinicians. */
export function defineTarget(target: Target): Target {
  const orphan = clinicianActions.find((kind) => target.actions[kind] !== undefined);
  if (orphan !== undefined && (target.enrolment.by === 'patients' || target.enrolment.clinicians === undefined))
    throw new AdapterError(
      `the adapter ${target.name} has the action ${orphan} but no enrolment.clinicians, so there would be no clinician to do it with: write enrolment.clinicians, or leave ${orphan} out`,
    );
  return target;
}

/** The adapter is wrong, or could not make sense of an answer: an outcome in the history, with this message. */
export class AdapterError extends Error {
  override name = 'AdapterError';
}
