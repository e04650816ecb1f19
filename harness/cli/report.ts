// `crosstalk report`: judges the history of a finished run again and writes its reports anew.
import type { Command } from 'commander';
import { address } from '../drill.ts';
import { readKeptDrill } from '../run-folder.ts';
import { adapterTarget } from './deployment.ts';
import { namedRun } from './named-run.ts';
import { otlpOption } from './options.ts';
import { Problem } from './problem.ts';
import { reportRun } from './report-run.ts';

export function addReport(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('report')
    .argument('[run]', 'the folder of a run', 'runs/latest')
    .description('judge the history of a finished run again and write its reports anew')
    .addOption(otlpOption())
    .addHelpText('after', '\nExample:\n  $ npx crosstalk report runs/latest')
    .action(async (named: string, { otlp }: { readonly otlp?: string }) => {
      if (otlp !== undefined && !address.safeParse(otlp).success)
        throw new Problem(`--otlp ${otlp} is no address of a collector; write one such as http://127.0.0.1:4318`);
      const folder = namedRun(named);
      const { drill } = readKeptDrill(folder);
      const target = await adapterTarget(drill.target.adapter);
      finish((await reportRun(folder, target, [], process.stdout, otlp)).exitCode);
    });
}
