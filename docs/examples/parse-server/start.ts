// Parse Server on PostgreSQL, with shared caches in front of it, until Ctrl-C. It prints where each is, and the command that drills it.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makePostgres } from '../../../mocks/clinic/postgres-process.ts';
import { reachablePostgres } from '../../../mocks/clinic/postgres-programs.ts';
import { type Running, start } from '../programs.ts';
import { frontOptions, frontsOf, portOf, serveUntilStopped, startFront } from '../serve.ts';

const here = import.meta.dirname;
const parseServer = path.join(here, 'node_modules/parse-server/bin/parse-server');
/** As the drill's file has it. */
const usualPort = 1_337;

async function startPostgres(folder: string, port: number, running: Running[]): Promise<string> {
  const programs = await reachablePostgres(folder);
  const dataDir = path.join(folder, 'data');
  await makePostgres(programs, dataDir);
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=60'];
  const args = ['-D', dataDir, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const { postgres, user } = programs;
  running.push(
    await start({ name: 'PostgreSQL', command: postgres, args, at: port, folder: dataDir, stopsBy: 'SIGINT', user }),
  );
  return `postgres://clinic@127.0.0.1:${port}/postgres`;
}

interface ParseStart {
  readonly port: number;
  readonly databaseURI: string;
  readonly masterKey: string;
  readonly cloudCode: boolean;
}

async function startParse(folder: string, { port, databaseURI, masterKey, cloudCode }: ParseStart): Promise<Running> {
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
  return start({ name: 'Parse Server', command: process.execPath, args: [parseServer, file], at: port, folder });
}

async function startAll(folder: string, running: Running[]): Promise<void> {
  const { values } = parseArgs({
    options: { ...frontOptions(usualPort), 'no-cloud-code': { type: 'boolean', default: false } },
  });
  const port = portOf(values.port);
  if (!existsSync(parseServer))
    throw new Error('Parse Server is not installed: npm ci --prefix docs/examples/parse-server');
  const fronts = await frontsOf(values.behind, port);
  const masterKey = process.env.PARSE_MASTER_KEY ?? randomBytes(16).toString('hex');
  const databaseURI = await startPostgres(folder, port + 4, running);
  running.push(await startParse(folder, { port, databaseURI, masterKey, cloudCode: !values['no-cloud-code'] }));
  for (const front of fronts) running.push(await startFront(front, folder, { port }));
  const admin = port === usualPort ? '' : ` --admin-url http://127.0.0.1:${port}`;
  const command = (what: string, at: number): string =>
    `# ${what}\nnpx crosstalk run --config docs/examples/parse-server/crosstalk.config.ts --url http://127.0.0.1:${at}${admin}\n`;
  const lines = [command('alone', port), ...fronts.map(({ cache, port }) => command(`behind ${cache.name}`, port))];
  process.stdout.write(`export PARSE_MASTER_KEY=${masterKey}\n\n${lines.join('\n')}\nopen until Ctrl-C\n`);
}

await serveUntilStopped('parse', startAll);
