// What an app's handlers are given: the deployment's parts on one side, one request on the other.
import type { IncomingMessage } from 'node:http';
import type { CacheClient } from './cache-client.ts';
import type { Database } from './database.ts';
import type { ErasureLedger } from './erasure-ledger.ts';
import type { Answer } from './http.ts';
import type { Links } from './links.ts';
import type { Live } from './live.ts';
import type { MailClient } from './mail-client.ts';
import type { MoveLedger } from './move-ledger.ts';
import type { ObjectStore } from './objects.ts';
import type { RequestContext, Seams } from './seams.ts';
import type { SessionLookup } from './session-lookup.ts';
import type { Storing } from './transcoder.ts';
import type { Truth } from './truth.ts';

export interface Services {
  readonly version: string;
  readonly database: Database;
  readonly cache: CacheClient;
  readonly objects: ObjectStore;
  readonly truth: Truth;
  readonly storing: Storing;
  readonly links: Links;
  readonly live: Live;
  readonly erasures: ErasureLedger;
  readonly moves: MoveLedger;
  readonly sessions: SessionLookup;
  readonly mail: MailClient;
  readonly seams: Seams;
  /** Tells the worker that there is a job, so that it need not wait for its next look. */
  readonly wakeWorker: () => void;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The id in the path, or an empty string where the route has none. */
  readonly id: string;
  /** Aborted when the client hangs up before the answer has ended. */
  readonly signal: AbortSignal;
  /** On whose behalf this request is made, once `authenticate` has said so. */
  readonly context: RequestContext;
  /** Headers that go on the answer whatever it will be, such as a renewed session. */
  readonly answerHeaders: Record<string, string | string[]>;
}

export type Handler = (services: Services, exchange: Exchange) => Promise<Answer>;
