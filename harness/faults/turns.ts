// One open fault at a time for each hold: two that set the cache's mode, or two that restart nodes, would undo each other
// or pass for each other's effect. The plan should keep them apart; where healing takes long, the next one waits here,
// and where it failed, none follows.
import type { Hold } from './fault.ts';

/** Gives the turn back, and says whether the deployment is whole again. */
export type GiveBack = (healed: boolean) => void;

export interface Turns {
  /** Resolves when it is this caller's turn or all is `over`; rejects if the one before left the deployment broken. */
  take(hold: Hold | null, over: Promise<void>): Promise<GiveBack>;
}

export function takeTurns(): Turns {
  const lastOf = new Map<Hold, Promise<boolean>>();
  return {
    async take(hold, over) {
      if (hold === null) return () => {};
      const before = lastOf.get(hold) ?? Promise.resolve(true);
      let giveBack: GiveBack = () => {};
      const mine = new Promise<boolean>((resolve) => {
        giveBack = resolve;
      });
      lastOf.set(
        hold,
        before.then((whole) => whole && mine),
      );
      const whole = await Promise.race([before, over.then(() => true)]);
      if (!whole) throw new Error(`never injected: an earlier fault that holds the ${hold} could not be healed`);
      return giveBack;
    },
  };
}
