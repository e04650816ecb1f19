// Parse Server on PostgreSQL, with shared caches in front of it, until Ctrl-C. It prints where each is, and the command that drills it.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makePostgres } from '../../../mocks/clinic/postgres-process.ts';
import { reachablePostgres } from '../../../mocks/clinic/postgres-programs.ts';
import { onPath, thisMachine } from '../../../mocks/clinic/real/tools.ts';
import { type Cache, caches } from './caches.ts';
import { type Running, start } from './programs.ts';

const here = import.meta.dirname;
const parseServer = path.join(here, 'node_modules/parse-server/bin/parse-server');
/** As the drill's file has it. */
const usualPort = 1_337;
const running: Running[] = [];

interface Wanted {
  readonly port: number;
  readonly behind: readonly Cache[];
  readonly cloudCode: boolean;
}

/** Bad input and what is missing are told in one sentence, each. */
function wantedOf(args: readonly string[]): Wanted {
  const names = caches.map(({ name }) => name);
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: String(usualPort) },
      behind: { type: 'string', default: names.join(',') },
      'no-cloud-code': { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_530) throw new Error(`--port ${values.port} is no port`);
  const behind = values.behind.split(',').filter((name) => name !== 'none');
  const unknown = behind.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`--behind knows no ${unknown.join(', ')}; there are: ${names.join(', ')}, none`);
  return { port, behind: caches.filter(({ name }) => behind.includes(name)), cloudCode: !values['no-cloud-code'] };
}

async function commandOf({ name, command, advice }: Cache): Promise<string> {
  const found = await onPath(thisMachine(), command);
  if (found === undefined) throw new Error(`${name} is not installed: ${advice}. Or leave it out with --behind.`);
  return found;
}

async function startPostgres(folder: string, port: number): Promise<string> {
  const programs = await reachablePostgres(folder);
  const dataDir = path.join(folder, 'data');
  await makePostgres(programs, dataDir);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=60'];
  const args = ['-D', dataDir, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const { postgres, user } = programs;
  running.push(
    await start({ name: 'PostgreSQL', command: postgres, args, port, folder: dataDir, stopsBy: 'SIGINT', user }),
  );
  return `postgres://clinic@127.0.0.1:${port}/postgres`;
}

interface ParseStart {
  readonly port: number;
  readonly databaseURI: string;
  readonly masterKey: string;
  readonly cloudCode: boolean;
}

async function startParse(folder: string, { port, databaseURI, masterKey, cloudCode }: ParseStart): Promise<void> {
  const config = {
    appId: 'clinic',
    masterKey,
    databaseURI,
    serverURL: `http://127.0.0.1:${port}/parse`,
    mountPath: '/parse',
    host: '127.0.0.1',
    port,
    ...(cloudCode && { cloud: path.join(here, 'cloud.cjs') }),
    filesAdapter: { module: '@parse/fs-files-adapter', options: {} },
    logsFolder: null,
    logLevel: 'error',
  };
  const file = path.join(folder, 'parse.json');
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  running.push(
    await start({ name: 'Parse Server', command: process.execPath, args: [parseServer, file], port, folder }),
  );
}

async function startAll({ port, behind, cloudCode }: Wanted, folder: string): Promise<void> {
  if (!existsSync(parseServer))
    throw new Error('Parse Server is not installed: npm ci --prefix docs/examples/parse-server');
  // Each has its port, whichever others are left out.
  const fronts = caches
    .map((cache, at) => ({ cache, port: port + 1 + at }))
    .filter(({ cache }) => behind.includes(cache));
  const commands = await Promise.all(fronts.map(({ cache }) => commandOf(cache)));
  const masterKey = process.env.PARSE_MASTER_KEY ?? randomBytes(16).toString('hex');
  const databaseURI = await startPostgres(folder, port + 4);
  await startParse(folder, { port, databaseURI, masterKey, cloudCode });
  for (const [at, front] of fronts.entries()) {
    const { name, configure } = front.cache;
    const own = path.join(folder, name);
    await mkdir(own);
    const args = await configure(own, front.port, port);
    running.push(await start({ name, command: commands[at] ?? '', args, port: front.port, folder: own }));
  }
  const admin = port === usualPort ? '' : ` --admin-url http://127.0.0.1:${port}`;
  const command = (what: string, at: number): string =>
    `# ${what}\nnpx crosstalk run --config docs/examples/parse-server/crosstalk.config.ts --url http://127.0.0.1:${at}${admin}\n`;
  const lines = [command('alone', port), ...fronts.map(({ cache, port }) => command(`behind ${cache.name}`, port))];
  process.stdout.write(`export PARSE_MASTER_KEY=${masterKey}\n\n${lines.join('\n')}\nopen until Ctrl-C\n`);
}

const folder = await mkdtemp(path.join(tmpdir(), 'crosstalk-parse-'));
// PostgreSQL, Varnish and nginx give up root, and must find their folders all the same.
await chmod(folder, 0o755);
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});
try {
  await startAll(wantedOf(process.argv.slice(2)), folder);
  const lost = running.map(({ name, ended }) => ended.then(() => name));
  const which = await Promise.race([stopped, ...lost]);
  if (which !== undefined) throw new Error(`${which} has ended by itself`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  for (const program of running.reverse()) await program.stop();
  await rm(folder, { recursive: true, force: true });
}
