// The few places where a bug can be switched on: each seam is one decision of the clinic with its correct default. A bug file
// replaces the one or two in which the real code was wrong; everything else stays as it is.
import { CacheUnavailable, type CallOutcome } from './cache-client.ts';
import { type DayRow, dayOf } from './clinician-right.ts';
import { type Cursors, positionCursors } from './cursors.ts';
import type { Database } from './database.ts';
import type { EdgeConfig } from './edge-config.ts';
import { type AnswerHead, type EdgeRequest, type Keeping, keepingOf, mayUseCache } from './edge-keeping.ts';
import { createTransport, type OriginTransport } from './edge-transport.ts';
import { type ExportFiles, openExportFiles } from './export-worker.ts';
import { type ConsultationRow, consultationsOf, type PageStart } from './history-rows.ts';
import { createLinks, type LinkedPart, type Links } from './links.ts';
import { openStreamDesk, type StreamDesk } from './live-streams.ts';
import { deliverInOrder, type Notice, type Post } from './notices.ts';
import { recordingKey } from './objects.ts';
import { ownAsset } from './pages/assets.ts';
import { actsForNow } from './proxy-right.ts';
import { mayPlayNow, type PlayableRecording } from './recording-right.ts';
import type { Exchange, Services } from './services.ts';
import type { FoundSession, KnownSession } from './session-lookup.ts';
import { openStillPlayer, type StillPlayer } from './still-player.ts';

/** The patient on whose behalf a request is made. */
export interface SignedIn {
  readonly tokenId: string;
  readonly sessionId: string;
  readonly patientId: string;
  readonly number: number;
  readonly accountNumber: number;
  readonly name: string;
  readonly historyVersion: number;
  readonly consentVersion: number;
}

export interface RequestContext {
  enter(patient: SignedIn): void;
  /** Throws when nobody has entered: a handler that forgot to authenticate. */
  current(): SignedIn;
}

/** Whose list is cached, as much of it as a key could be made of. */
export interface HistoryKeyParts {
  readonly path: string;
  readonly appVersion: string;
  readonly ownerId: string;
  readonly ownerNumber: number;
  readonly ownerAccountNumber: number;
  readonly historyVersion: number;
}

export interface Seams {
  /** The key under which the first page of a history is cached. */
  historyKey(parts: HistoryKeyParts): string;
  /** One page of an owner's consultations, newest first. */
  consultations(
    database: Database,
    ownerId: string,
    from: PageStart | null,
    countMax: number,
  ): Promise<readonly ConsultationRow[]>;
  /** May a cache connection serve another call after one that ended so? */
  reusesConnection(outcome: CallOutcome): boolean;
  openContext(): RequestContext;
  /** Requests with the same key, while the first is at the origin, share its answer. Undefined: each goes alone. */
  collapseKey(request: EdgeRequest): string | undefined;
  /** May the edge answer this request from its cache, and keep what the origin says? */
  edgeServesStored(request: EdgeRequest, config: EdgeConfig): boolean;
  /** How the edge keeps an answer to such a request; null: not at all. */
  edgeKeeps(request: EdgeRequest, answer: AnswerHead, config: EdgeConfig): Keeping | null;
  /** How the edge speaks to the app instances; made once. */
  originTransport(): OriginTransport;
  /** The path that an app goes by, of the one that was asked for. */
  servedPath(path: string, isServed: (path: string) => boolean): string;
  /** The call that a call's second segment is recorded under, once it has switched to video. */
  switchedCallKey(callKey: string): string;
  /** The name under which a recording's bytes are stored: asked once, when its call ends, and kept with it. */
  recordingObject(recordingId: string, endedAt: Date): string;
  /** Which of an instance's open streams are whose. */
  openStreamDesk(): StreamDesk;
  /** The file that the web app serves under that asset's name. */
  assetFile(name: string): URL;
  /** What a browser is told to throw away when a session ends in it (Clear-Site-Data); nothing, when empty. */
  readonly clearedAtSignOut: string;
  /** What an answer that no handler declared public says about who may keep it. `name` is method and route. */
  personalHeaders(name: string, status: number): Readonly<Record<string, string>>;
  /** Whose a session is, from the cache (null: not there; throws when it can't be asked) or else from the database. */
  readSession(
    fromCache: () => Promise<KnownSession | null>,
    fromDatabase: () => Promise<KnownSession | undefined>,
  ): Promise<KnownSession | undefined>;
  /** Which of the rows that a bulk look-up found belongs to which of the tokens that were asked for. */
  matchSessions(askedHashes: readonly string[], found: readonly FoundSession[]): ReadonlyMap<string, FoundSession>;
  /** May this patient see what is the owner's, by the owner's consent? */
  actsFor(services: Services, proxyId: string, ownerId: string): Promise<boolean>;
  /** A clinician's consultations of one day. */
  clinicianDay(services: Services, clinicianId: string, date: string): Promise<readonly DayRow[]>;
  createLinks(secret: string): Links;
  /** Everything that must hold for a recording to be played, or its thumbnail to be seen; throws a `Refusal` otherwise. */
  mayPlay(services: Services, exchange: Exchange, part: LinkedPart): Promise<PlayableRecording>;
  /** What the answer to a booking is kept under, for when its key comes again. */
  idempotencyKey(patientId: string, key: string): string;
  readonly cursors: Cursors;
  /** The SQL expression that a new consultation's id comes from. */
  readonly newConsultationId: string;
  /** Where the files of one export are listed while it is being made. */
  openExportFiles(): ExportFiles;
  /** What a thumbnail is drawn with; asked once for each. */
  openStillPlayer(): StillPlayer;
  /** Sends a batch of notices; answers the ids of those that need no more sending. */
  deliverNotices(batch: readonly Notice[], post: Post): Promise<readonly string[]>;
}

function openContext(): RequestContext {
  let entered: SignedIn | undefined;
  return {
    enter: (patient) => {
      entered = patient;
    },
    current: () => {
      if (entered === undefined) throw new Error('this handler asked for the patient before authenticating');
      return entered;
    },
  };
}

/** Only what anybody may have is shared: a plain GET that carries no credentials and asks for no part. */
function collapseKey({ method, url, headers }: EdgeRequest): string | undefined {
  const plain = headers.cookie === undefined && headers.authorization === undefined && headers.range === undefined;
  return method === 'GET' && plain ? url : undefined;
}

const personal = { 'cache-control': 'private, no-store', vary: 'Cookie, Authorization' };

const readSession: Seams['readSession'] = async (fromCache, fromDatabase) => {
  try {
    const cached = await fromCache();
    if (cached !== null) return cached;
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
  }
  return fromDatabase();
};

export const correctSeams: Seams = {
  historyKey: ({ ownerId, historyVersion }) => `history:2:${ownerId}:${historyVersion}`,
  consultations: consultationsOf,
  reusesConnection: (outcome) => outcome === 'answered',
  openContext,
  collapseKey,
  edgeServesStored: mayUseCache,
  edgeKeeps: keepingOf,
  originTransport: createTransport,
  servedPath: (path) => path,
  switchedCallKey: (callKey) => callKey,
  recordingObject: recordingKey,
  openStreamDesk,
  assetFile: ownAsset,
  clearedAtSignOut: '"cache", "storage"',
  personalHeaders: () => personal,
  readSession,
  matchSessions: (_asked, found) => new Map(found.map((session) => [session.hash, session])),
  actsFor: actsForNow,
  clinicianDay: ({ database }, clinicianId, date) => dayOf(database, clinicianId, date),
  createLinks,
  mayPlay: mayPlayNow,
  idempotencyKey: (patientId, key) => `booking:${patientId}:${key}`,
  cursors: positionCursors,
  newConsultationId: 'gen_random_uuid()',
  openExportFiles,
  openStillPlayer,
  deliverNotices: deliverInOrder,
};
