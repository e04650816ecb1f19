// `crosstalk heal`: mends what runs that died left broken.
import path from 'node:path';
import type { Command } from 'commander';
import { healLeftovers } from '../heal.ts';
import { exitCodes } from '../verdict.ts';
import { connectLevers } from './deployment.ts';

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
    .addHelpText('after', '\nExample:\n  $ npx crosstalk heal')
    .action(async (flags: { out: string; adminSecretEnv: string }) => {
      const secret = process.env[flags.adminSecretEnv];
      const healed = await healLeftovers(path.resolve(flags.out), (reference) => connectLevers(reference, secret));
      for (const { run, kind, id, outcome, detail } of healed) {
        process.stdout.write(`${run}  ${kind || 'journal'} ${id}  ${outcome}: ${detail}\n`);
      }
      if (healed.length === 0) process.stdout.write('nothing was left open\n');
      finish(healed.some(({ outcome }) => outcome === 'failed') ? exitCodes.ERROR : exitCodes.PASS);
    });
}
