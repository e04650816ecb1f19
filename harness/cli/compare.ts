// `crosstalk compare`: two runs set against each other, for a release that must not be worse than the last. Its exit codes are its
// own: 0 nothing new and no coverage lost, 1 a new leak, 2 coverage lost, 3 it could not be done.
import type { Command } from 'commander';
import { compare } from '../../reports/comparison.ts';
import { comparisonText } from '../../reports/comparison-text.ts';
import { readVerdict } from './named-run.ts';

export function addCompare(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('compare')
    .argument('<before>', 'the folder of the earlier run')
    .argument('<after>', 'the folder of the later run')
    .option('--json', 'print it for programs')
    .description('what is new, gone and still there in the later of two runs, and what coverage was lost')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing new and no coverage lost, 1 a new leak, 2 coverage lost, 3 it could not be done.\n\nExample:\n  $ npx crosstalk compare last-release/runs/latest runs/latest',
    )
    .action((before: string, after: string, { json }: { json?: true }) => {
      const comparison = compare(readVerdict(before), readVerdict(after));
      const { stdout } = process;
      stdout.write(
        json
          ? `${JSON.stringify(comparison, null, 2)}\n`
          : comparisonText(comparison, { color: stdout.isTTY === true, columns: stdout.columns ?? 100 }),
      );
      finish(comparison.exitCode);
    });
}
