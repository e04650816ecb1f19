// `crosstalk init`: looks at a deployment once and writes what a drill of it takes: the drill, one adapter that a person can read, and a
// CI job. Asks at a terminal, takes flags elsewhere.
import path from 'node:path';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { type Login, logins, type Maker, makers } from '../openapi/usual.ts';
import { exitCodes } from '../verdict.ts';
import { requireOwned } from './deployment.ts';
import { adapterOf } from './init-adapter.ts';
import { importedFrom, writeAll } from './init-files.ts';
import { type Probe, probe } from './init-probe.ts';
import { openQuestions, type Questions } from './init-questions.ts';
import { sayAdapter, sayNext, sayProbe } from './init-say.ts';
import {
  type CiSystem,
  ciFile,
  ciSystems,
  configText,
  type Deployment,
  distantHosts,
  nameOf,
  notName,
} from './init-texts.ts';
import { ownOption } from './options.ts';
import { Problem } from './problem.ts';

interface InitFlags {
  readonly url?: string;
  readonly adminUrl?: string;
  readonly name?: string;
  readonly login?: Login;
  readonly people?: Maker;
  readonly openapi?: string;
  readonly ci?: CiSystem;
  readonly iOwn?: readonly string[];
  readonly force?: boolean;
  readonly yes?: boolean;
}

export function addInit(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('init')
    .description('look at a deployment and write the drill, the adapter and the CI job for it')
    .argument('[folder]', 'where to write them', '.')
    .option('--url <url>', 'where the deployment is')
    .option('--admin-url <url>', 'where its administration is (default: the same)')
    .option('--name <name>', 'what to call it: small letters, digits and hyphens')
    .option('--openapi <file>', 'its OpenAPI 3.0 or 3.1 document, a file or a URL: the adapter is made from it')
    .addOption(new Option('--login <kind>', 'how one signs in, where no document says so').choices(logins))
    .addOption(
      new Option(
        '--people <who>',
        'who makes people, where no document says so: they may sign up by themselves',
      ).choices(makers),
    )
    .addOption(new Option('--ci <system>', 'which CI job to write (default: github)').choices(ciSystems))
    .addOption(ownOption())
    .option('--force', 'replace files that are there')
    .option('--yes', 'ask nothing')
    .addHelpText('after', '\nExample:\n  $ npx crosstalk init --url http://127.0.0.1:8080 --openapi openapi.json')
    .action(async (folder: string, flags: InitFlags) => finish(await init(path.resolve(folder), flags)));
}

async function init(folder: string, flags: InitFlags): Promise<number> {
  const questions = process.stdin.isTTY && flags.yes !== true ? openQuestions() : null;
  try {
    const urls = await urlsOf(flags, questions);
    for (const host of distantHosts(urls)) requireOwned(host, flags.iOwn ?? []);
    const seen = await probe(urls.url);
    sayProbe(urls.url, seen);
    return await write(folder, flags, urls, seen, questions);
  } finally {
    questions?.close();
  }
}

type Urls = Pick<Deployment, 'url' | 'adminUrl'>;

const notUrl = (text: string): string | null =>
  /^https?:\/\//.test(text) && URL.canParse(text)
    ? null
    : `"${text}" is no URL: write one such as http://127.0.0.1:8080`;

async function urlsOf(flags: InitFlags, questions: Questions | null): Promise<Urls> {
  const url = flags.url ?? (await questions?.ask('Where is the deployment?', 'http://127.0.0.1:8080', notUrl));
  if (url === undefined) throw new Problem('say where the deployment is: --url http://127.0.0.1:8080');
  const asked =
    flags.adminUrl ??
    (flags.url === undefined ? await questions?.ask('Where is its administration?', url, notUrl) : undefined);
  for (const each of [url, asked ?? url]) {
    const problem = notUrl(each);
    if (problem) throw new Problem(problem);
  }
  return { url, adminUrl: asked === url ? undefined : asked };
}

const ownSecretEnv = (name: string): string => `${name.replaceAll('-', '_').toUpperCase()}_ADMIN_SECRET`;

/** The proposal, where nobody is asked. */
async function oneOf<Name extends string>(
  questions: Questions | null,
  question: string,
  names: readonly Name[],
  proposal: Name,
): Promise<Name> {
  const isNone = (answer: string): string | null =>
    names.some((name) => name === answer) ? null : `it is one of ${names.join(', ')}`;
  const answer = await questions?.ask(`${question} (${names.join(', ')})`, proposal, isNone);
  return names.find((name) => name === answer) ?? proposal;
}

async function write(
  folder: string,
  flags: InitFlags,
  urls: Urls,
  seen: Probe,
  questions: Questions | null,
): Promise<number> {
  const name =
    flags.name ??
    (await questions?.ask('What is it called?', seen.ready ?? nameOf(urls.url), notName)) ??
    seen.ready ??
    nameOf(urls.url);
  const wrong = notName(name);
  if (wrong) throw new Problem(wrong);
  const openapi =
    flags.openapi ??
    (seen.ready
      ? ''
      : await questions?.ask('Its OpenAPI document, a file or a URL, if there is one', seen.openapi ?? '')) ??
    '';
  const isReady = seen.ready !== null && openapi === '';
  const login =
    flags.login ??
    (isReady || openapi !== ''
      ? undefined
      : await oneOf(questions, 'How does one sign in?', logins, seen.hasLoginForm ? 'form' : 'json'));
  const people =
    flags.people ??
    (isReady || openapi !== '' ? undefined : await oneOf(questions, 'Who makes people?', makers, 'administrator'));
  const adapter = isReady ? null : await adapterOf(folder, name, openapi, { login, people }, seen.headers);
  const deployment: Deployment = {
    ...urls,
    name,
    adapter: isReady ? (seen.ready ?? '') : `./${name}.target.ts`,
    secretEnv: isReady ? 'CROSSTALK_CLINIC_ADMIN_SECRET' : adapter?.byPatients ? undefined : ownSecretEnv(name),
  };
  const ci = ciFile(
    flags.ci ?? (await oneOf(questions, 'A CI job for which system?', ciSystems, 'github')),
    deployment,
  );
  const files = [
    { name: 'crosstalk.config.ts', text: configText(deployment, importedFrom(folder, 'drill')) },
    ...(adapter ? [{ name: `${name}.target.ts`, text: adapter.source }] : []),
    ...(ci ? [ci] : []),
  ];
  writeAll(folder, files, flags.force === true);
  for (const file of files) process.stdout.write(`${pc.green('wrote')} ${path.join(folder, file.name)}\n`);
  if (adapter) sayAdapter(adapter, openapi, seen);
  sayNext(folder, deployment);
  return exitCodes.PASS;
}
