// `crosstalk run`: the drill against a deployment that already runs.
import type { Command } from 'commander';
import { conduct } from './conduct.ts';
import { drillOf, repeatOf, type TargetFlags, withTargetFlags } from './drill-flags.ts';
import { onInterrupt } from './interrupt.ts';

export function addRun(program: Command, finish: (exitCode: number) => void): void {
  withTargetFlags(program.command('run'))
    .description('drill a deployment that already runs')
    .addHelpText(
      'after',
      '\nExample:\n  $ npx crosstalk run --config crosstalk.config.ts --duration 2m --driver k6 --sessions 200',
    )
    .action(async (flags: TargetFlags) => {
      const drill = await drillOf(flags);
      const interrupt = onInterrupt();
      try {
        const verdict = await conduct(drill, {
          repeat: repeatOf(flags),
          owned: flags.iOwn ?? [],
          signal: interrupt.signal,
        });
        finish(verdict.exitCode);
      } finally {
        interrupt.release();
      }
    });
}
