// Request collapsing: while one request of a key is at the origin, the others of that key wait for it and share its answer, and the
// moment it is back nothing is kept. Right for what anybody may have; the key decides what that is.
import type { StoredAnswer } from './edge-cache.ts';

interface Flight {
  readonly answer: Promise<StoredAnswer>;
  readonly controller: AbortController;
  waitingCount: number;
}

export interface Flights {
  /** The flight under way, or a new one made by `fetchAnswer`; it is called off when the last who waits for it has left. */
  join(
    key: string,
    signal: AbortSignal,
    fetchAnswer: (signal: AbortSignal) => Promise<StoredAnswer>,
  ): Promise<StoredAnswer>;
}

export function createFlights(): Flights {
  const underWay = new Map<string, Flight>();

  function begin(key: string, fetchAnswer: (signal: AbortSignal) => Promise<StoredAnswer>): Flight {
    const controller = new AbortController();
    const answer = fetchAnswer(controller.signal);
    const flight: Flight = { answer, controller, waitingCount: 0 };
    underWay.set(key, flight);
    const land = (): void => {
      if (underWay.get(key) === flight) underWay.delete(key);
    };
    answer.then(land, land);
    return flight;
  }

  return {
    async join(key, signal, fetchAnswer) {
      const flight = underWay.get(key) ?? begin(key, fetchAnswer);
      flight.waitingCount += 1;
      const leave = (): void => {
        flight.waitingCount -= 1;
        if (flight.waitingCount > 0) return;
        if (underWay.get(key) === flight) underWay.delete(key);
        flight.controller.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      try {
        return await flight.answer;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}
