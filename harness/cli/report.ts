// `crosstalk report`: judges the history of a finished run again and writes its reports anew.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { readKeptDrill, runFolder } from '../run-folder.ts';
import { adapterTarget } from './deployment.ts';
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
      const folder = runFolder(folderOf(named));
      for (const file of [folder.drill, folder.history]) {
        if (!existsSync(file))
          throw new Problem(`${folder.path} is not the folder of a run: it has no ${path.basename(file)}`);
      }
      const { drill } = readKeptDrill(folder);
      const target = await adapterTarget(drill.target.adapter);
      finish((await reportRun(folder, target, [], process.stdout, otlp)).exitCode);
    });
}

/** `latest` is a file with a name where links could not be made. */
function folderOf(named: string): string {
  const full = path.resolve(named);
  if (!existsSync(full)) throw new Problem(`there is no run ${full}`);
  if (statSync(full).isDirectory()) return full;
  return path.join(path.dirname(full), readFileSync(full, 'utf8').trim());
}
