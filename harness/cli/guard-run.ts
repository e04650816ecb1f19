// What may go wrong outside of every call while a run is under way: errors that nobody caught, and a loop that holds the process.
// Either ends the run early and in order; if it can't be ended so, the process is left.
import type { AdapterSource } from '../targets/target.ts';
import { exitCodes } from '../verdict.ts';
import { watchStrays } from './strays.ts';
import { watchdog } from './watchdog.ts';

/** What was broken off may have taken others' turns with it, which are then waited for in vain. */
const stuckMaxMs = 90_000;

/** `endEarly` is told why. Released once the run is over. */
export function guardRun(source: AdapterSource, endEarly: (problem: string) => void): { release(): Promise<void> } {
  let stuck: NodeJS.Timeout | undefined;
  const strays = watchStrays(source, endEarly);
  const dog = watchdog(source, (problem) => {
    process.stderr.write(`\n${problem}\n`);
    endEarly(problem);
    stuck ??= setTimeout(leave, stuckMaxMs);
  });
  return {
    async release() {
      strays.release();
      clearTimeout(stuck);
      await dog.stop();
    },
  };
}

function leave(): void {
  process.stderr.write('the run could not be ended in order: `crosstalk heal` mends what it left\n');
  process.exit(exitCodes.ERROR);
}
