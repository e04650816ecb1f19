// What a client of either driver remembers between requests: what the plan asked of it, and what has happened since the last
// operation was written. Safe inside k6.
import type { Exchange } from '../history.ts';
import { baggageOf, type OperationTrace, type RequestTrace, tracesOf } from '../tracing.ts';
import type { Client } from './client.ts';
import type { Connection } from './connect-to.ts';

/** Resolves when a request may be sent; `isPaid`: its turn came with a barrier. */
export type TakeTurn = (isPaid: boolean) => Promise<void>;

export interface ClientStateOptions extends Pick<Connection, 'traceRun'> {
  readonly takeTurn?: TakeTurn;
}

export interface ClientState {
  /** Before each request. */
  turn(): Promise<void>;
  readonly hangUpMs: number | null;
  readonly cookiesFrozen: boolean;
  /** Of the request that is about to be made; null where it belongs to none. */
  nextTrace(): RequestTrace | null;
  record(exchange: Exchange, sessionValues: readonly string[]): void;
  /** The part of `Client` that only reads and sets this state. */
  readonly controls: Pick<
    Client,
    'begin' | 'payAhead' | 'hangUpAfter' | 'freezeCookies' | 'issued' | 'take' | 'spentBytes'
  >;
}

/** Without `takeTurn` it is always one's turn. */
export function clientState({ traceRun, takeTurn }: ClientStateOptions): ClientState {
  const traces = traceRun === undefined ? null : { of: tracesOf(traceRun), baggage: baggageOf(traceRun) };
  let trace: OperationTrace | null = null;
  let requestCount = 0;
  let isPaid = false;
  let hangUpMs: number | null = null;
  let cookiesFrozen = false;
  let exchanges: Exchange[] = [];
  let sessionValues: string[] = [];
  return {
    async turn() {
      const wasPaid = isPaid;
      isPaid = false;
      await takeTurn?.(wasPaid);
    },
    get hangUpMs() {
      return hangUpMs;
    },
    get cookiesFrozen() {
      return cookiesFrozen;
    },
    nextTrace() {
      if (traces === null || trace === null) return null;
      requestCount += 1;
      return { traceId: trace.traceId, spanId: trace.spanIdOf(requestCount), baggage: traces.baggage };
    },
    record(exchange, values) {
      exchanges.push(exchange);
      sessionValues.push(...values);
    },
    controls: {
      begin(operation) {
        trace = traces?.of(operation) ?? null;
        requestCount = 0;
      },
      payAhead() {
        isPaid = true;
      },
      hangUpAfter(ms) {
        hangUpMs = ms;
      },
      freezeCookies() {
        cookiesFrozen = true;
      },
      spentBytes: () => exchanges.reduce((bytes, { bodyBytes }) => bytes + bodyBytes, 0),
      issued(fingerprints) {
        sessionValues.push(...fingerprints);
      },
      take() {
        const record = { exchanges, sessionValues };
        exchanges = [];
        sessionValues = [];
        return record;
      },
    },
  };
}
