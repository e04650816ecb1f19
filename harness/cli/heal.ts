// `crosstalk heal`: mends what runs that died left broken.
import path from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../verdict.ts';
import { adminSecretOf } from './admin-secret.ts';
import { mendLeftovers } from './leftovers.ts';

export function addHeal(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('heal')
    .description('mend what runs that died left broken')
    .option('--out <folder>', 'the folder of runs', 'runs')
    .option(
      '--admin-secret-env <name>',
      "environment variable with the target's secret",
      'CROSSTALK_CLINIC_ADMIN_SECRET',
    )
    .option('--admin-secret-file <file>', 'or a file that holds it, which nobody but its owner may read')
    .addHelpText('after', '\nExample:\n  $ npx crosstalk heal')
    .action(async (flags: { out: string; adminSecretEnv: string; adminSecretFile?: string }) => {
      let said = 0;
      const failed = await mendLeftovers(path.resolve(flags.out), adminSecretOf(flags), (line) => {
        said += 1;
        process.stdout.write(`${line}\n`);
      });
      if (said === 0) process.stdout.write('nothing was left open\n');
      finish(failed > 0 ? exitCodes.ERROR : exitCodes.PASS);
    });
}
