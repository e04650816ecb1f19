// Work that an app instance does by itself: round after round, at once again while there is more to do, else after a pause. A round that
// fails is no end: what it left is found again by the next, here or on another instance.

export interface Rounds {
  /** There is something to do: no need to wait for the end of the pause. */
  wake(): void;
  /** Ends after the round in hand. */
  stop(): Promise<void>;
}

/** `round` answers whether there may be more to do at once. */
export function startRounds(pauseMs: number, round: () => Promise<boolean>): Rounds {
  let stopped = false;
  let wake = (): void => {};
  async function go(): Promise<void> {
    while (!stopped) {
      // From before the round on: what comes during it has the next at once.
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const more = await round().catch(() => false);
      if (more || stopped) continue;
      const timer = setTimeout(wake, pauseMs);
      await woken;
      clearTimeout(timer);
    }
  }
  const going = go();
  return {
    wake: () => wake(),
    async stop() {
      stopped = true;
      wake();
      await going;
    },
  };
}
