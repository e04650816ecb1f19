// `crosstalk contain`: while a leak is under way, pulls the deployment's switch and measures, channel by channel, how long others
// could still see. Without a target it starts the reference clinic.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { containPage } from '../../reports/contain.ts';
import { channelText, containTitles } from '../../reports/contain-words.ts';
import { pageHtml } from '../../reports/page-html.ts';
import { pageMarkdown } from '../../reports/page-markdown.ts';
import { containDriver } from '../containment/contain.ts';
import { judgeContainment } from '../containment/judge.ts';
import type { ContainReport } from '../containment/report.ts';
import { type Drill, resolveDrill } from '../drill.ts';
import { readHistory } from '../history-file.ts';
import { type Admin, openAdmin } from '../people/admin-client.ts';
import { runFolder } from '../run-folder.ts';
import type { Switch, Target } from '../targets/target.ts';
import { exitCodes, type Outcome, type Verdict } from '../verdict.ts';
import { type ClinicFlags, startClinic } from './clinic-process.ts';
import { conduct } from './conduct.ts';
import { adapterTarget } from './deployment.ts';
import { drillOf, type TargetFlags, withWhichTarget } from './drill-flags.ts';
import { onInterrupt } from './interrupt.ts';
import { durationMs, several, topologyOption } from './options.ts';
import { Problem } from './problem.ts';
import { switchNoteFile } from './switch-note.ts';

interface ContainFlags extends TargetFlags, ClinicFlags {
  readonly switch?: string;
  readonly within: number;
  readonly quiet: number;
}

const probeEveryMs = 250;
const showForMs = 2_000;
/** One troupe: four lanes, of which each has somebody with recordings and a neighbour. */
const sessions = 4;
/** Longer than any containment drill: it ends by itself. */
const longestMs = 300_000;

export function addContain(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command('contain')
    .description('with a leak under way, pull the deployment’s switch and measure how long others could still see')
    .option('--switch <name>', 'the switch of the adapter to pull (default: its first)')
    .option('--within <time>', 'what is still seen later than this after the pull was not contained', durationMs, 5_000)
    .option('--quiet <time>', 'how long nothing foreign must be seen before it counts as dark', durationMs, 3_000)
    .option('--seed <text>', 'fixes the people')
    .option('--out <folder>', 'where the folder of this run is made')
    .option('--bug <name>', 'start the clinic with this bug (repeatable)', several)
    .addOption(
      new Option('--switch-forgets <part>', 'start the clinic with a switch that forgets this (repeatable)').argParser(
        several,
      ),
    )
    .addOption(topologyOption())
    .option('--config <file>', 'the drill of a deployment of your own');
  withWhichTarget(command)
    .addHelpText('after', '\nExample:\n  $ npx crosstalk contain --bug heuristic-freshness')
    .action(async (flags: ContainFlags) => finish(await contain(flags)));
}

async function contain(flags: ContainFlags): Promise<number> {
  const interrupt = onInterrupt();
  try {
    const isOwn = flags.config !== undefined || flags.url !== undefined;
    return await (isOwn ? onDeployment(flags, interrupt.signal) : onClinic(flags, interrupt.signal));
  } finally {
    interrupt.release();
  }
}

async function onDeployment(flags: ContainFlags, signal: AbortSignal): Promise<number> {
  const clinicOnly = (['bug', 'switchForgets', 'topology'] as const).find((name) => flags[name] !== undefined);
  if (clinicOnly !== undefined)
    throw new Problem(
      `--${clinicOnly === 'switchForgets' ? 'switch-forgets' : clinicOnly} is for the reference clinic, which is started where no target is named: leave it out, or --url and --config`,
    );
  return perform(await drillOf(flags), flags, 'planted exposure', signal);
}

async function onClinic(flags: ContainFlags, signal: AbortSignal): Promise<number> {
  chosenSwitch(await adapterTarget('clinic'), flags.switch);
  process.stderr.write(`starting the reference clinic${flags.bug ? ` with ${flags.bug.join(', ')}` : ''} …\n`);
  const clinic = await startClinic(flags);
  try {
    process.env.CROSSTALK_CLINIC_ADMIN_SECRET = clinic.secret;
    const { seed, out } = flags;
    const target = { adapter: 'clinic', url: clinic.url, adminUrl: clinic.adminUrl };
    const drill = resolveDrill(
      { target, ...(seed !== undefined && { seed }), ...(out !== undefined && { out }) },
      'the command line',
    );
    const leak = [...(flags.bug ?? []), 'planted exposure'].join(' and ');
    return await perform(drill, flags, leak, signal);
  } finally {
    await clinic.stop();
  }
}

/** The first one where none is named. */
function chosenSwitch({ name: target, switches = {} }: Target, wanted: string | undefined): [string, Switch] {
  const names = Object.keys(switches);
  const name = wanted ?? names[0];
  const found = name === undefined || !Object.hasOwn(switches, name) ? undefined : switches[name];
  if (name !== undefined && found !== undefined) return [name, found];
  throw new Problem(
    names.length === 0
      ? `the adapter ${target} declares no switches, so there is nothing to pull: see docs/incident.md, "A switch of your own"`
      : `the adapter ${target} has no switch ${wanted}; there are: ${names.join(', ')}`,
  );
}

async function perform(wanted: Drill, flags: ContainFlags, leak: string, signal: AbortSignal): Promise<number> {
  const drill: Drill = { ...wanted, sessions, browser: 0, faults: [], driver: 'node', durationMs: longestMs };
  const terms = { withinMs: flags.within, quietMs: flags.quiet, probeEveryMs };
  let pulled: readonly [string, Switch] | undefined;
  let admin: Admin | undefined;
  const verdict = await conduct(drill, {
    repeat: repeatOf(flags),
    owned: flags.iOwn ?? [],
    signal,
    silent: true,
    note: 'this run is a containment drill: sessions called contain-planted-… were handed another’s credentials on purpose',
    driver: ({ target, adminSecret, drill: { out } }, folder) => {
      const [name, chosen] = chosenSwitch(target, flags.switch);
      pulled = [name, chosen];
      admin = openAdmin(drill, target, adminSecret);
      const note = path.join(folder, switchNoteFile);
      return containDriver({
        ...terms,
        name,
        switch: chosen,
        admin: admin.http,
        showForMs,
        notePulled: () => writeFileSync(note, `${JSON.stringify({ switch: name, out })}\n`),
        noteReleased: () => rmSync(note, { force: true }),
        say: (line) => process.stderr.write(`${line}\n`),
      });
    },
  });
  await admin?.close();
  const folder = runFolder(path.resolve(drill.out, verdict.id));
  const [switchName = '', { claims } = { claims: [] }] = pulled ?? [];
  const { lines } = await readHistory(folder.history);
  const { declares } = await adapterTarget(drill.target.adapter);
  const judged = judgeContainment(lines, declares, { ...terms, switchName, claims, leak });
  const report = verdict.verdict === 'ERROR' && judged.pulledAt === null ? notCarriedOut(judged, verdict) : judged;
  write(report, folder.path);
  process.stdout.write(said(report, folder.path));
  return report.exitCode;
}

/** Nobody could be enrolled, or the like: the switch has nothing to do with it. */
const notCarriedOut = (judged: ContainReport, { reasons }: Verdict): ContainReport => ({
  ...judged,
  verdict: 'ERROR',
  exitCode: exitCodes.ERROR,
  reasons,
});

function repeatOf(flags: ContainFlags): string {
  const one = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`--${name} ${value}`];
  return [
    'npx crosstalk contain',
    ...one('switch', flags.switch),
    ...(flags.bug ?? []).flatMap((bug) => one('bug', bug)),
    ...(flags.switchForgets ?? []).flatMap((part) => one('switch-forgets', part)),
    ...one('within', `${flags.within}ms`),
    ...one('quiet', `${flags.quiet}ms`),
    ...one('seed', flags.seed),
    ...one('config', flags.config),
    ...one('url', flags.url),
    ...one('adapter', flags.adapter),
  ].join(' ');
}

function write(report: ContainReport, folder: string): void {
  const page = containPage(report, path.basename(folder));
  writeFileSync(path.join(folder, 'contain.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(path.join(folder, 'contain.html'), pageHtml(page));
  writeFileSync(path.join(folder, 'contain.md'), pageMarkdown(page));
}

const words: Readonly<Record<Outcome, string>> = {
  PASS: 'every channel that could be judged went dark, and own data came back',
  LEAK: 'it was not contained',
  INCONCLUSIVE: 'it is not shown that it was contained',
  ERROR: 'nothing was tested',
};

function said(report: ContainReport, folder: string): string {
  const rows = report.channels.map(
    (channel) => `  ${containTitles[channel.channel].padEnd(34)}${channelText(channel)}\n`,
  );
  const own = report.ownBackMs === null ? 'not back' : `back after ${(report.ownBackMs / 1_000).toFixed(1)} s`;
  return [
    `${report.verdict}  exit ${exitCodes[report.verdict]}\n${words[report.verdict]} (switch ${report.switch}, leak: ${report.leak})\n`,
    ...report.reasons.map((reason) => `  - ${reason}\n`),
    ...rows,
    `  ${'Own data after the release'.padEnd(34)}${own}\n`,
    `  files  ${path.relative('.', folder)} (contain.html; npx crosstalk incident ${path.relative('.', folder)})\n`,
  ].join('');
}
