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
  /** During a round it asks for another. */
  let wokenMeanwhile = false;
  let woken = (): void => {};
  async function go(): Promise<void> {
    while (!stopped) {
      wokenMeanwhile = false;
      woken = () => {
        wokenMeanwhile = true;
      };
      const more = await round().catch(() => false);
      if (more || wokenMeanwhile || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        woken = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  const going = go();
  return {
    wake: () => woken(),
    async stop() {
      stopped = true;
      woken();
      await going;
    },
  };
}
