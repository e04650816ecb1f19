// What a client of either driver remembers between requests: what the plan asked of it, and what has happened since the last
// operation was written. Safe inside k6.
import type { Exchange } from '../history.ts';
import { baggageOf, type OperationTrace, type RequestTrace, tracesOf } from '../tracing.ts';
import type { Client, Connection } from './client.ts';

export interface ClientState {
  readonly hangUpMs: number | null;
  readonly cookiesFrozen: boolean;
  /** Of the request that is about to be made; null where it belongs to none. */
  nextTrace(): RequestTrace | null;
  record(exchange: Exchange, sessionValues: readonly string[]): void;
  /** The part of `Client` that only reads and sets this state. */
  readonly controls: Pick<Client, 'begin' | 'hangUpAfter' | 'freezeCookies' | 'issued' | 'take' | 'spentBytes'>;
}

export function clientState({ traceRun }: Pick<Connection, 'traceRun'>): ClientState {
  const traces = traceRun === undefined ? null : { of: tracesOf(traceRun), baggage: baggageOf(traceRun) };
  let trace: OperationTrace | null = null;
  let requestCount = 0;
  let hangUpMs: number | null = null;
  let cookiesFrozen = false;
  let exchanges: Exchange[] = [];
  let sessionValues: string[] = [];
  return {
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
