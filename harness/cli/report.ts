// `crosstalk report`: judges the history of a finished run again and writes its reports anew; with `--serve` it shows a folder of runs.
import { statSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { readKeptDrill } from '../run-folder.ts';
import { adapterTarget } from './deployment.ts';
import { namedRun } from './named-run.ts';
import { otlpOption } from './options.ts';
import { Problem } from './problem.ts';
import { reportRun } from './report-run.ts';
import { serveRuns } from './run-site-server.ts';

interface ReportFlags {
  readonly serve?: true | string;
  readonly port?: number;
  readonly otlp?: string;
}

export function addReport(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('report')
    .argument('[run]', 'the folder of a run', 'runs/latest')
    .description('judge the history of a finished run again and write its reports anew, or show all runs')
    .option('--serve [folder]', 'show a folder of runs as a site, to this machine only (default: runs)')
    .option('--port <number>', 'of the site (default: one that is free)', portNumber)
    .addOption(otlpOption())
    .addHelpText('after', '\nExamples:\n  $ npx crosstalk report runs/latest\n  $ npx crosstalk report --serve')
    .action(async (named: string, { serve, port, otlp }: ReportFlags) => {
      if (serve !== undefined) return serveUntilInterrupted(serve === true ? 'runs' : serve, port ?? 0);
      const folder = namedRun(named);
      const { drill } = readKeptDrill(folder);
      const target = await adapterTarget(drill.target.adapter);
      finish((await reportRun(folder, target, [], process.stdout, otlp)).exitCode);
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('write a port: a number from 0 to 65535.');
  return port;
}

async function serveUntilInterrupted(folder: string, port: number): Promise<void> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Problem(
      `there is no folder ${path.resolve(folder)}: drill something first, or name the folder that holds the runs`,
    );
  // Whoever asks it to end at once may do so as soon as it says that it is there.
  const asked = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const site = await serveRuns(folder, port);
  process.stdout.write(`${site.url} shows the runs in ${path.resolve(folder)}; Ctrl-C ends it\n`);
  await asked;
  await site.close();
}
