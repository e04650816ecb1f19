// What a driver gives a session to speak with: the portable Http for the adapter, and beside it what the adapter can't
// touch: the raw facts of each exchange, for the history. Safe inside k6.
import type { HashKey } from '../../fixtures/siphash.ts';
import type { Exchange } from '../history.ts';
import type { Screen } from '../targets/screen.ts';
import type { Http, HttpRequest } from '../targets/target.ts';

export interface Client {
  readonly http: Http;
  /** Where paths lead, without a slash at the end. */
  readonly origin: string;
  /** Where a person sits at this client. */
  readonly screen?: Screen;
  /** The turn of the next request came with a barrier. */
  payAhead(): void;
  /** What is asked for from now on belongs to this operation. */
  begin(operation: string): void;
  /** The client hangs up this long after sending each request from now on; null: it doesn't. */
  hangUpAfter(ms: number | null): void;
  /** From now on cookies stay as they are: after signing out, the old ones are shown once more, and must be worth nothing. */
  freezeCookies(): void;
  /** The same client a second time, for a request that goes on while others are made: its cookies, a connection and a record of its own. */
  beside(): Client;
  /** Fingerprints of what answers issued otherwise than in cookies: part of the record, too. */
  issued(fingerprints: readonly string[]): void;
  /** Hands over what has happened since the last call. */
  take(): ClientRecord;
  /** Received in bodies since then. */
  spentBytes(): number;
  close(): Promise<void>;
}

export interface ClientRecord {
  readonly exchanges: readonly Exchange[];
  /** Fingerprints of the cookies and tokens that the answers issued. */
  readonly sessionValues: readonly string[];
}

/** No whole answer came. `aborted`: we hung up on purpose. */
export class HttpFailure extends Error {
  override name = 'HttpFailure';
  readonly reason: 'aborted' | 'timeout' | 'connection-error';
  constructor(reason: HttpFailure['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export const requestTimeoutMs = 5_000;
/** From sending a request to the end of its answer. */
export const timeLimitMs = ({ streamsForMs = 0 }: Pick<HttpRequest, 'streamsForMs'>): number =>
  requestTimeoutMs + streamsForMs;
/** An action may take several requests; beyond this it is a time-out, whatever the adapter is waiting for. */
export const actionTimeoutMs = 20_000;
/** So it is said of one; the judge tells by it that it was the adapter. */
export const neverCameBack = 'it had not come back after';
/** More than this of one answer is not read: we hang up, and the exchange is marked partial. */
export const bodyBytesMax = 1_073_741_824;
/** What of a text body the adapter may read; the scan sees all of it. */
export const bodyKeptBytesMax = 1_048_576;
/** Under this key session values are compared without being kept. */
export function sessionKey(run: number): HashKey {
  return [run, 0x73657373];
}

/** The name that session values have which an adapter told of, whatever the target calls them. */
export const toldName = 'token';
