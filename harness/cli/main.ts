// The command line: the one place that turns every error into a message and an exit code, and touches
// the process. Exit codes: 0 PASS, 1 LEAK, 2 INCONCLUSIVE, 3 ERROR.
import { Command, CommanderError } from 'commander';
import { exitCodes } from '../verdict.ts';
import { commands, wantedOf } from './commands.ts';
import { guardProcess } from './strays.ts';

const finish = (exitCode: number): void => {
  process.exitCode = exitCode;
};

const guard = guardProcess();

// Whoever reads along may go away, as `head` does; what goes on (healing above all) goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const program = new Command('crosstalk')
  .description('fails a release if any session ever sees another patient’s recording')
  .version('0.1.0')
  .addHelpText(
    'after',
    '\nExit codes: 0 PASS, 1 LEAK, 2 INCONCLUSIVE (nothing was proved), 3 ERROR (nothing was tested).\n\nExample:\n  $ npm start            drills the reference clinic\n  $ npx crosstalk run    drills the deployment in crosstalk.config.ts',
  )
  .showSuggestionAfterError()
  .exitOverride();

for (const name of wantedOf(process.argv[2])) (await commands[name]?.())?.(program, finish);
for (const command of program.commands)
  command.exitOverride().showHelpAfterError('(add --help for its flags and an example)');

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has already said what was wrong.
    finish(error.exitCode === 0 ? exitCodes.PASS : exitCodes.ERROR);
  } else {
    process.stderr.write(`crosstalk: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.CROSSTALK_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    finish(exitCodes.ERROR);
  }
}
guard.finished();
