// The plan is data: who does what, when, behind which barrier, cut off when. Scenarios write it, drivers perform it.
// It may be printed, compared and replayed; the seed fixes the plan, not the race. Safe inside k6.
import type { ClinicianIndex, Modality, PatientIndex } from '../fixtures/domain.ts';
import type { Random } from '../fixtures/random.ts';

export type Action =
  | { readonly kind: 'sign-in'; readonly by: 'cookie' | 'bearer' }
  | { readonly kind: 'who-am-i' }
  /** The public list of free slots; `modality` makes it another address. */
  | { readonly kind: 'slots'; readonly modality?: Modality }
  /** `key`: sent as Idempotency-Key. The same item with the same key again is the double submit of one booking. */
  | { readonly kind: 'book'; readonly item: number; readonly modality: Modality; readonly key?: string }
  /** One consultation by itself, booked in this session. */
  | { readonly kind: 'view-consultation'; readonly item: number }
  | { readonly kind: 'cancel'; readonly item: number }
  | { readonly kind: 'attend'; readonly item: number }
  | { readonly kind: 'switch-call'; readonly item: number }
  | { readonly kind: 'end-call'; readonly item: number }
  /** The list of consultations with their recordings: own, or (`of`) another's by proxy. */
  | {
      readonly kind: 'view-history';
      readonly page: 'json' | 'html';
      readonly of?: PatientIndex;
      /** At most so many entries; the rest is on later pages. */
      readonly limit?: number;
    }
  /** The next page of the list this session saw last. */
  | { readonly kind: 'turn-page' }
  /** The history's address with something behind it that names a static file, as in `/x.css`. */
  | { readonly kind: 'open-odd-path'; readonly suffix: string }
  /** Plays the `pick`-th playable recording of the history this session saw last. `range` asks for those bytes only. */
  | {
      readonly kind: 'watch';
      readonly pick: number;
      readonly range?: { readonly firstByte: number; readonly lastByte: number };
    }
  /** Plays the link that another session put on the scene's board (`Step.postLinkAs`): a link pasted into a chat. */
  | { readonly kind: 'follow-link'; readonly board: string }
  /** All of one's data as one file: asked for, waited for, downloaded. */
  | { readonly kind: 'export' }
  /** Opens the stream of live events and reads every frame for this long; a second one reconnects where the first ended. */
  | { readonly kind: 'listen'; readonly forMs: number }
  /** The patient's own mailbox, where the deployment's notices arrive. */
  | { readonly kind: 'read-inbox' }
  | { readonly kind: 'share'; readonly with: PatientIndex }
  | { readonly kind: 'withdraw'; readonly from: PatientIndex }
  /** A clinician's list of one day (`2020-06-09`), and the `open`-th consultation of it by itself. */
  | { readonly kind: 'view-day'; readonly date: string; readonly open?: number }
  /** The patient goes to another practice: what is booked from now on is this clinician's, and all before is no longer the old one's. */
  | { readonly kind: 'move-practice'; readonly to: ClinicianIndex }
  | { readonly kind: 'erase' }
  | { readonly kind: 'sign-out' }
  | BrowserAction;

/** What only a person at a browser does. The browser driver performs these by itself; no adapter has them. */
export type BrowserAction =
  /** The back button, so many times; each page that it brings is looked at. */
  | { readonly kind: 'go-back'; readonly times: number }
  | { readonly kind: 'reload' }
  /** Opens the page in view in a second tab as well, and leaves it open. */
  | { readonly kind: 'open-tab' }
  /** Looks at the tab that was left open. */
  | { readonly kind: 'look-at-tab' }
  /** Loads the list's page without a network. */
  | { readonly kind: 'look-offline' };

export type ActionKind = Action['kind'];

export const actionKinds = [
  'sign-in',
  'who-am-i',
  'slots',
  'book',
  'view-consultation',
  'cancel',
  'attend',
  'switch-call',
  'end-call',
  'view-history',
  'turn-page',
  'open-odd-path',
  'watch',
  'follow-link',
  'export',
  'listen',
  'read-inbox',
  'share',
  'withdraw',
  'view-day',
  'move-practice',
  'erase',
  'sign-out',
  'go-back',
  'reload',
  'open-tab',
  'look-at-tab',
  'look-offline',
] as const satisfies readonly ActionKind[];

export const browserActionKinds: readonly ActionKind[] = [
  'go-back',
  'reload',
  'open-tab',
  'look-at-tab',
  'look-offline',
] satisfies readonly BrowserAction['kind'][];

/** Releases all its parties at one instant: as soon as all have come, at the earliest at `atMs`, at the latest `waitMaxMs` after it. */
export interface Barrier {
  readonly name: string;
  readonly parties: number;
  readonly atMs: number;
}

export interface Step {
  /** Not before this, in ms after the load began. A late session goes on at once. */
  readonly atMs: number;
  readonly action: Action;
  readonly barrier?: Barrier;
  /** The client hangs up this long after sending the request. */
  readonly abortAfterMs?: number;
  /** Once done, the first playable link that this session has is put on the board under this name, for `follow-link`. */
  readonly postLinkAs?: string;
}

/** What one client does from its first request to its last: one cookie jar, its own connection, one patient (or nobody). */
export interface SessionPlan {
  readonly id: string;
  /** Sessions of one lane run one after another; no two lanes share a patient, so no account is in two sessions. */
  readonly lane: number;
  readonly scenario: string;
  readonly patient: PatientIndex | null;
  /** Sessions of one device follow each other in one browser, with all that it has kept; without one each has its own. */
  readonly device?: string;
  /** It is a clinician's; then `patient` is null. */
  readonly clinician?: ClinicianIndex;
  readonly startMs: number;
  /** Steps not begun by then are left out, and counted. */
  readonly endMs: number;
  readonly steps: readonly Step[];
}

export interface PlannedFault {
  readonly id: string;
  readonly kind: string;
  readonly atMs: number;
  /** How long it stays open; a fault that ends by itself (a flush, a crash) has a window of this length all the same. */
  readonly forMs: number;
  /** Whatever the fault says of itself: here hardly anybody is served while it is open. */
  readonly outage?: true;
}

/** The four patients that one lane leases: half a household (fixtures/cohort.ts). For one who was erased, the regular stands in. */
export interface LaneCast {
  readonly lane: number;
  readonly regular: PatientIndex;
  readonly twin: PatientIndex;
  readonly newcomer: PatientIndex;
  readonly relative: PatientIndex;
  /** A consultation number that this patient has not had in this run. */
  nextItem(patient: PatientIndex): number;
  /** Who treats this patient, after all the moves that the plan has made so far. */
  clinicianOf(patient: PatientIndex): ClinicianIndex;
}

/** Lanes act in troupes of four: two whole households, enough for a barrier, twins, and a parent with a child. */
export const troupeLanes = 4;

/** Of a fault's window, in ms from the scene's beginning. What heals late ends later than planned. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Stage {
  readonly cast: readonly [LaneCast, LaneCast, LaneCast, LaneCast];
  readonly random: Random;
  /** Mean pause between two steps of a session. */
  readonly thinkMs: number;
  /** Where in the scene the fault lies that the scenario spans; without such a fault, a stretch of ordinary time. */
  readonly span: Span;
  /** Unique in the plan: barrier names and session ids start with it. */
  readonly scene: string;
}

/** What one lane's client does in a scene; times count from the scene's beginning. A second part of a seat begins when the first has ended. */
export interface ScenePart {
  readonly seat: 0 | 1 | 2 | 3;
  readonly patient: PatientIndex | null;
  /** Parts of one seat that share a device use one browser after each other. */
  readonly sharesDevice?: boolean;
  readonly clinician?: ClinicianIndex;
  readonly steps: readonly Step[];
}

export interface Scenario {
  readonly name: string;
  /** One line for people: what is done, and which leak it is after. */
  readonly summary: string;
  /** Without these actions it can't be performed on a target, and the report says so. */
  readonly needs: readonly ActionKind[];
  readonly weight: number;
  /**
   * Faults it wants to live through, by kind or by the first word of a family (`deploy` for `deploy-restart`): the planner puts
   * it around their windows, from a moment before to some seconds after.
   */
  readonly spans?: readonly string[];
  /** Says something only to who has eyes: the browser driver plays it, the others leave it out. */
  readonly eyes?: boolean;
  /** No parts: the cast does not suit it (any more). */
  scene(stage: Stage): readonly ScenePart[];
}
