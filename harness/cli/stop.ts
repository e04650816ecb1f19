// `crosstalk stop`: ends every run that is going on, as Ctrl-C in its terminal would: the load ends, faults are healed, the synthetic people are
// removed, and a report is written.
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { runningIn } from '../running.ts';
import { exitCodes } from '../verdict.ts';

/** Healing and removing are bounded themselves; this is more than they take. */
const stopMaxMs = 150_000;
const lookEveryMs = 200;

export function addStop(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('stop')
    .description('end the runs that are going on: load off, faults healed, people removed, report written')
    .option('--out <folder>', 'the folder of runs', 'runs')
    .addHelpText(
      'after',
      '\nExit codes: 0 everything has ended (or nothing ran); 3 something goes on.\n\nExample, in another terminal:\n  $ npx crosstalk stop',
    )
    .action(async ({ out }: { out: string }) => finish(await stop(path.resolve(out))));
}

async function stop(runs: string): Promise<number> {
  const startedAt = Date.now();
  const asked = await runningIn(runs);
  if (asked.length === 0) process.stdout.write(`no run is going on in ${runs}\n`);
  // Two runs of one process are one to stop: a second signal would mean "leave at once".
  for (const pid of new Set(asked.map((run) => run.pid))) signal(pid);
  let left = asked;
  while (left.length > 0 && Date.now() - startedAt < stopMaxMs) {
    await pause(lookEveryMs);
    const now = await runningIn(runs);
    for (const { run } of left.filter((each) => !now.some(({ run: name }) => name === each.run))) {
      process.stdout.write(`${run}: stopped, after ${((Date.now() - startedAt) / 1_000).toFixed(1)} s\n`);
    }
    left = left.filter((each) => now.some(({ run }) => run === each.run));
  }
  for (const { run, pid } of left) {
    process.stdout.write(
      `${run}: process ${pid} has not ended within ${stopMaxMs / 1_000} s; kill it, and run \`crosstalk heal\` then\n`,
    );
  }
  return left.length > 0 ? exitCodes.ERROR : exitCodes.PASS;
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It has ended meanwhile.
    if (code === 'ESRCH') return;
    process.stdout.write(`process ${pid} can't be asked to stop (${code}); is it another user's?\n`);
  }
}
