// For tests: a stream of live events that is known to be open, so that nothing which happens from then on is before its time.
import type { Ask, Said } from './clinic-under-test.ts';
import type { TestPatient } from './patient-under-test.ts';

export interface Listening {
  /** All that it said, once it has ended. */
  readonly all: Promise<Said>;
}

/** Resolves once the stream has greeted, or was refused. */
export function openStream(
  { ask }: Pick<TestPatient, 'ask'>,
  forMs: number,
  headers: Ask['headers'] = {},
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const all = ask(`/me/live?forMs=${forMs}`, { headers, onPiece: () => resolve({ all }) });
    all.then(() => resolve({ all }), reject);
  });
}
