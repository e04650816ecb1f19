// The few places where a bug can be switched on: each seam is one decision of the clinic with its correct default. A bug file
// replaces the one or two in which the real code was wrong; everything else stays as it is.
import type { CallOutcome } from './cache-client.ts';
import type { Database } from './database.ts';
import type { EdgeConfig } from './edge-config.ts';
import { type AnswerHead, type EdgeRequest, type Keeping, keepingOf, mayUseCache } from './edge-keeping.ts';
import { createTransport, type OriginTransport } from './edge-transport.ts';
import { type ConsultationRow, consultationsOf, type PageStart } from './history-rows.ts';
import { openStreamDesk, type StreamDesk } from './live-streams.ts';
import { recordingKey } from './objects.ts';

/** The patient on whose behalf a request is made. */
export interface SignedIn {
  readonly tokenId: string;
  readonly sessionId: string;
  readonly patientId: string;
  readonly number: number;
  readonly accountNumber: number;
  readonly name: string;
  readonly historyVersion: number;
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
};
