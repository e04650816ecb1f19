// Watches for the proof that a fault bit, from its injection until it is healed: the telling moment may be short,
// or come only with the end of a roll. A look that fails proves nothing and is taken again.
import { messageOf, pause, within } from './bounded.ts';
import type { Evidence, Look } from './fault.ts';
import type { FaultLimits } from './limits.ts';

export interface Watch {
  /** Takes a last look unless it is proved already; resolves to the final evidence. */
  stop(): Promise<Evidence>;
}

/** Calls `onProved` once, as soon as a look shows that it bit. */
export function watchForProof(look: Look, limits: FaultLimits, onProved: (evidence: Evidence) => void): Watch {
  const stopping = new AbortController();
  let evidence: Evidence = { bit: false, proof: 'nobody looked' };

  const lookOnce = async (): Promise<void> => {
    try {
      evidence = await within(limits.lookMaxMs, 'looking for proof', look);
    } catch (error) {
      evidence = { bit: false, proof: `the last look failed: ${messageOf(error)}` };
    }
    if (evidence.bit) onProved(evidence);
  };
  // Ends when proved or stopped; whoever starts a watch stops it.
  const watching = (async () => {
    while (!evidence.bit && !stopping.signal.aborted) {
      await lookOnce();
      if (!evidence.bit) await pause(limits.pollMs, stopping.signal);
    }
  })();
  // Its failure (an `onProved` that throws) is reported by `stop`, not as an unhandled rejection meanwhile.
  watching.catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await watching;
      if (!evidence.bit) await lookOnce();
      return evidence;
    },
  };
}
