// What a client of either driver remembers between requests: what the plan asked of it, and what has happened since the last
// operation was written. Safe inside k6.
import type { Exchange } from '../history.ts';
import type { Client } from './client.ts';

/** Resolves when a request may be sent; `isPaid`: its turn came with a barrier. */
export type TakeTurn = (isPaid: boolean) => Promise<void>;

export interface ClientState {
  /** Before each request. */
  turn(): Promise<void>;
  readonly hangUpMs: number | null;
  readonly cookiesFrozen: boolean;
  record(exchange: Exchange, sessionValues: readonly string[]): void;
  /** The part of `Client` that only reads and sets this state. */
  readonly controls: Pick<Client, 'payAhead' | 'hangUpAfter' | 'freezeCookies' | 'issued' | 'take' | 'spentBytes'>;
}

/** Without `takeTurn` it is always one's turn. */
export function clientState(takeTurn?: TakeTurn): ClientState {
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
    record(exchange, values) {
      exchanges.push(exchange);
      sessionValues.push(...values);
    },
    controls: {
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
