// One open fault at a time for each hold: two that set the cache's mode, or two that restart nodes, would undo each other
// or pass for each other's effect. The plan should keep them apart; where a heal takes long, the next one waits here.
import type { Hold } from './fault.ts';

export interface Turns {
  /** Resolves to what gives the turn back, once it is this caller's turn or `signal` aborts. */
  take(hold: Hold | null, signal: AbortSignal): Promise<() => void>;
}

export function takeTurns(): Turns {
  const lastOf = new Map<Hold, Promise<void>>();
  return {
    async take(hold, signal) {
      if (hold === null) return () => {};
      const before = lastOf.get(hold);
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      lastOf.set(
        hold,
        Promise.all([before, released]).then(() => {}),
      );
      await Promise.race([before, aborted(signal)]);
      return release;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
