// `crosstalk report`: judges the history of a finished run again and writes its reports anew.
import type { Command } from 'commander';
import { readKeptDrill } from '../run-folder.ts';
import { adapterTarget } from './deployment.ts';
import { namedRun } from './named-run.ts';
import { otlpOption } from './options.ts';
import { reportRun } from './report-run.ts';

export function addReport(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('report')
    .argument('[run]', 'the folder of a run', 'runs/latest')
    .description('judge the history of a finished run again and write its reports anew')
    .addOption(otlpOption())
    .addHelpText('after', '\nExample:\n  $ npx crosstalk report runs/latest')
    .action(async (named: string, { otlp }: { readonly otlp?: string }) => {
      const folder = namedRun(named);
      const { drill } = readKeptDrill(folder);
      const target = await adapterTarget(drill.target.adapter);
      finish((await reportRun(folder, target, [], process.stdout, otlp)).exitCode);
    });
}
