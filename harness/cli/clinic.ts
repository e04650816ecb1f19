// `crosstalk clinic`: the reference clinic on its own, to look at or to point a drill at.
import type { Command } from 'commander';
import { type ClinicFlags, startClinic } from './clinic-process.ts';
import { otlpOption, several, topologyOption, transcodeOption, wholeNumber } from './options.ts';

export function addClinic(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('clinic')
    .description('run the reference clinic until Ctrl-C')
    .option('--bug <name>', 'switch on a bug (repeatable); an unknown name lists them', several)
    .option('--nodes <number>', 'app instances', wholeNumber)
    .option('--port <number>', 'port of the edge (default: any free one)', wholeNumber)
    .option('--admin-port <number>', 'port of the admin surface (default: any free one)', wholeNumber)
    .addOption(topologyOption())
    .addOption(transcodeOption())
    .option(
      '--access-log <file>',
      'write down there what was given out, a line an answer; GET /truth tells whose it is',
    )
    .addOption(otlpOption('is told of each request that was part of a trace'))
    .option('--toothless <fault>', 'let the lever for this fault do nothing (repeatable)', several)
    .addHelpText('after', '\nExample:\n  $ npx crosstalk clinic --bug call-switch --port 8080 --admin-port 8081')
    .action(async (flags: ClinicFlags) => {
      // Before anything is said: whoever reads that it is open may at once ask it to end.
      const asked = new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
      });
      const clinic = await startClinic(flags, process.env.CROSSTALK_CLINIC_ADMIN_SECRET);
      process.stdout.write(
        `${clinic.runsOn.map((line) => `${line}\n`).join('')}the clinic is open at ${clinic.url}\nits admin surface is at ${clinic.adminUrl}\n\nexport CROSSTALK_CLINIC_ADMIN_SECRET=${clinic.secret}\nnpx crosstalk run --url ${clinic.url} --admin-url ${clinic.adminUrl}\n`,
      );
      void asked.then(() => clinic.stop());
      finish(await clinic.ended);
    });
}
