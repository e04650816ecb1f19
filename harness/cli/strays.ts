// Errors that nobody caught and exits that nobody asked for: an adapter's timer that throws, a promise it does not wait for,
// a process.exit() of its own. Node would end with code 1, which means LEAK here, or with 0, which means PASS.
import { placed, thrownText } from '../drivers/blame.ts';
import type { AdapterSource } from '../targets/target.ts';
import { exitCodes } from '../verdict.ts';

/** Whoever watches gets them; the last to come first. */
const watchers: ((problem: unknown) => void)[] = [];

/** `seen` is told of each error that nobody caught, until released. */
export function watchStrays(source: AdapterSource | undefined, seen: (problem: string) => void): { release(): void } {
  const watcher = (problem: unknown): void =>
    seen(
      `${placed(source, 'outside of any call', problem)}: an error that nobody caught: ${thrownText(problem)}. Does the adapter forget an await, or throw in a timer?`,
    );
  watchers.push(watcher);
  return { release: () => void watchers.splice(watchers.indexOf(watcher), 1) };
}

export interface ProcessGuard {
  /** The command is over, and its exit code is meant. */
  finished(): void;
}

/** Time for what is still being written. */
const lingerMs = 5_000;

export function guardProcess(): ProcessGuard {
  let isFinished = false;
  process.on('uncaughtException', (problem: unknown) => {
    const watcher = watchers.at(-1);
    if (watcher) return watcher(problem);
    process.stderr.write(`crosstalk: an error that nobody caught: ${thrownText(problem)}\n`);
    if (isFinished) return;
    isFinished = true;
    process.exit(exitCodes.ERROR);
  });
  process.on('exit', (code) => {
    if (isFinished || code === exitCodes.ERROR) return;
    process.exitCode = exitCodes.ERROR;
    process.stderr.write(
      'crosstalk: the process was ended before the run was, by something that calls process.exit or waits for nothing: there is no verdict. `crosstalk heal` mends what it left\n',
    );
  });
  return {
    finished() {
      isFinished = true;
      // Whatever an adapter left running would keep the process for ever.
      setTimeout(() => process.exit(), lingerMs).unref();
    },
  };
}
