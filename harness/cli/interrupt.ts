// Ctrl-C: the first asks the run to end early, and everything is healed, removed and reported; the second does not wait.
import { exitCodes } from '../verdict.ts';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const react = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      process.stderr.write('\nleaving at once: `crosstalk heal` mends what may still be open\n');
      process.exit(exitCodes.ERROR);
    }
    process.stderr.write(
      '\nstopping: healing faults and removing the synthetic patients (once more to leave at once)\n',
    );
    controller.abort(`interrupted by ${name}`);
  };
  process.on('SIGINT', react);
  process.on('SIGTERM', react);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', react);
      process.off('SIGTERM', react);
    },
  };
}
