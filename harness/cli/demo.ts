// `crosstalk demo`: starts the reference clinic and drills it: all scenarios, all faults. With `--bug` it shows a leak.
import type { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { planInput, resolveDrill } from '../drill.ts';
import { type ClinicFlags, keptClinic, startClinic } from './clinic-process.ts';
import { conduct } from './conduct.ts';
import { onInterrupt } from './interrupt.ts';
import {
  type DrillFlags,
  flagsText,
  mergeFlags,
  several,
  topologyOption,
  transcodeOption,
  withDrillFlags,
} from './options.ts';

export function addDemo(program: Command, finish: (exitCode: number) => void): void {
  withDrillFlags(program.command('demo'))
    .description('drill the reference clinic, started for the purpose')
    .option('--bug <name>', 'switch on a bug of the clinic (repeatable); an unknown name lists them', several)
    .addOption(topologyOption())
    .addOption(transcodeOption())
    .option(
      '--toothless <fault>',
      "let the clinic's lever for this fault do nothing: the drill must notice (repeatable)",
      several,
    )
    .addHelpText('after', '\nExample:\n  $ npm start -- --bug cache-key-lacks-owner --seed 3')
    .action(async (flags: DrillFlags & ClinicFlags) => finish(await demo(flags)));
}

async function demo(flags: DrillFlags & ClinicFlags): Promise<number> {
  // The flags are checked before anything is started.
  const resolve = (url: string, adminUrl: string) =>
    resolveDrill(mergeFlags({ target: { adapter: 'clinic', url, adminUrl } }, flags, scenarios), 'the demo');
  planInput(resolve('http://127.0.0.1:1', 'http://127.0.0.1:1'), scenarios, []);
  const interrupt = onInterrupt();
  process.stderr.write(`starting the reference clinic${flags.bug ? ` with ${flags.bug.join(', ')}` : ''} …\n`);
  const clinic = await startClinic(flags);
  try {
    process.env.CROSSTALK_CLINIC_ADMIN_SECRET = clinic.secret;
    const drill = resolve(clinic.url, clinic.adminUrl);
    if (drill.driver === 'node')
      process.stderr.write('driver: node (in this process; --driver k6 for thousands of sessions)\n');
    const repeat = ['npm start', flagsText(flags)].filter(Boolean).join(' -- ');
    return (await conduct(drill, { repeat, owned: [], signal: interrupt.signal, clinic: keptClinic(flags) })).exitCode;
  } finally {
    await clinic.stop();
    interrupt.release();
  }
}
