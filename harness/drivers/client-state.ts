// What a client of either driver remembers between requests: what the plan asked of it, and what has happened since the last
// operation was written. Safe inside k6.
import type { Exchange } from '../history.ts';
import type { Client } from './client.ts';

export interface ClientState {
  readonly hangUpMs: number | null;
  readonly cookiesFrozen: boolean;
  record(exchange: Exchange, sessionValues: readonly string[]): void;
  /** The part of `Client` that only reads and sets this state. */
  readonly controls: Pick<Client, 'hangUpAfter' | 'freezeCookies' | 'issued' | 'take' | 'spentBytes'>;
}

export function clientState(): ClientState {
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
    record(exchange, values) {
      exchanges.push(exchange);
      sessionValues.push(...values);
    },
    controls: {
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
