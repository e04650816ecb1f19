// `crosstalk record`: turns a recording of one patient's visit, a HAR of a browser or of Playwright, into a first adapter and its drill.
import path from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { exitCodes } from '../verdict.ts';
import { needing } from './init-adapter.ts';
import { importedFrom, writeAll } from './init-files.ts';
import { sayNext } from './init-say.ts';
import { configText, type Deployment, nameOf, notName } from './init-texts.ts';
import { Problem } from './problem.ts';

interface RecordFlags {
  readonly url?: string;
  readonly name?: string;
  readonly out: string;
  readonly force?: boolean;
}

export function addRecord(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('record')
    .description('turn a HAR recording of one patient’s visit into a first adapter')
    .argument('<visit.har>', 'from a browser ("Save all as HAR with content") or Playwright’s recordHar')
    .option('--url <url>', 'where the deployment is (default: where somebody signed in during the visit)')
    .option('--name <name>', 'what to call it: small letters, digits and hyphens')
    .option('--out <folder>', 'where to write the files', '.')
    .option('--force', 'replace files that are there')
    .addHelpText('after', '\nExample:\n  $ npx crosstalk record visit.har --out staging')
    .action(async (file: string, flags: RecordFlags) => finish(await record(file, flags)));
}

async function record(file: string, flags: RecordFlags): Promise<number> {
  const { url } = flags;
  if (url !== undefined && !(/^https?:\/\//.test(url) && URL.canParse(url)))
    throw new Problem(`"${url}" is no URL: write one such as https://staging.example.org`);
  const { readRecording, RecordingError } = await import('../openapi/har.ts');
  const { recordedOf } = await import('../openapi/recorded.ts');
  const { recordedAdapter } = await import('../openapi/recorded-adapter.ts');
  const exchanges = await readRecording(file).catch((error: unknown) => {
    if (error instanceof RecordingError) throw new Problem(`${error.message}. Nothing was written.`);
    throw error;
  });
  const recorded = recordedOf(exchanges, url && new URL(url).origin);
  if (Object.keys(recorded.document.paths).length === 0)
    throw new Problem(
      `${file} holds no request to ${url ?? 'a deployment'} that was answered well: record a visit from signing in to signing out, or say --url. Nothing was written.`,
    );
  const name = flags.name ?? nameOf(recorded.origin);
  const wrong = notName(name);
  if (wrong) throw new Problem(wrong);
  const folder = path.resolve(flags.out);
  const adapter = recordedAdapter({
    name,
    headers: {},
    needing: needing(),
    importedFrom: (module) => importedFrom(folder, module),
    recorded,
  });
  const deployment: Deployment = {
    name,
    url: recorded.origin,
    adminUrl: undefined,
    adapter: `./${name}.target.ts`,
    secretEnv: undefined,
    accounts: { file: './accounts.csv', columns: adapter.columns },
    otherHosts: recorded.otherHosts,
  };
  const files = [
    { name: 'crosstalk.config.ts', text: configText(deployment, importedFrom(folder, 'drill')) },
    { name: `${name}.target.ts`, text: adapter.source },
  ];
  writeAll(folder, files, flags.force === true);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const each of files) say(`${pc.green('wrote')} ${path.join(folder, each.name)}`);
  say(`  ${adapter.actions.length} actions from ${exchanges.length} requests: ${adapter.actions.join(', ')}`);
  for (const each of adapter.todo) say(`  ${pc.yellow('TODO')} ${each}`);
  say(
    `  ${pc.yellow('TODO')} accounts.csv: a line ${adapter.columns.join(',')}, then a line for each of two accounts or more that belong to nobody; chmod 600`,
  );
  sayNext(folder, deployment);
  return exitCodes.PASS;
}
