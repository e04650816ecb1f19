// The real components of tests, as children that end with them.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Also where it never started, or has ended by itself. */
export async function stopChild(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
