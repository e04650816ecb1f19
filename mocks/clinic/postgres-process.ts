// One PostgreSQL server from an npm package: its data in one folder, its socket in another, no port taken.
import { execFile, spawn } from 'node:child_process';
import { chown, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DatabasePlace } from './messages.ts';
import type { PostgresPrograms } from './postgres-programs.ts';

// Without TCP, the port is only part of the socket's name.
const port = 5432;
const makeMaxMs = 60_000;
const saidLettersMax = 2_000;
const stopRoundCountMax = 250;
const stopRoundMs = 20;

/** None of this data is to be kept, so nothing waits for a disk; its log must do for a replica. */
const flags = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'listen_addresses=',
  'max_connections=100',
  'shared_buffers=24MB',
  'wal_level=replica',
  'max_wal_senders=0',
  'autovacuum_naptime=10s',
  'max_worker_processes=2',
  'io_method=sync',
];

export const socketName = `.s.PGSQL.${port}`;

export const placeIn = (socketDir: string): DatabasePlace => ({
  host: socketDir,
  port,
  user: 'clinic',
  database: 'postgres',
});

interface Folders {
  readonly dataDir: string;
  readonly socketDir: string;
}

/** Makes a new database in `dataDir`, which must not exist. */
export async function makePostgres({ initdb, user }: PostgresPrograms, dataDir: string): Promise<void> {
  await mkdir(dataDir, { mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) await chown(dataDir, user.uid, user.gid);
  // Small pieces of log, of which a copy needs only the newest.
  const how = ['--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8', '--no-instructions', '--wal-segsize=1'];
  const options = { ...user, cwd: dataDir, env: environment(), timeout: makeMaxMs };
  await promisify(execFile)(initdb, ['-D', dataDir, '-U', 'clinic', ...how], options).catch(
    (error: { stderr?: string; message: string }) => {
      throw new Error(`PostgreSQL could not make its data folder: ${(error.stderr || error.message).trim()}`);
    },
  );
}

/** Resolves once it takes connections. */
export function startPostgres({ postgres, user }: PostgresPrograms, { dataDir, socketDir }: Folders): Promise<void> {
  const settings = [...flags, `unix_socket_directories=${socketDir}`].flatMap((flag) => ['-c', flag]);
  const server = spawn(postgres, ['-D', dataDir, '-p', String(port), ...settings], {
    ...user,
    cwd: dataDir,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // It does not end by itself with us, and nobody would come back for it.
  const endWithUs = (): void => void server.kill('SIGQUIT');
  process.once('exit', endWithUs);
  server.once('exit', () => process.off('exit', endWithUs));
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr.setEncoding('utf8').on('data', (message: string) => {
      said = `${said}${message}`.slice(-saidLettersMax);
      if (said.includes('database system is ready to accept connections')) resolve();
    });
    const fail = (why: string): void => reject(new Error(`PostgreSQL did not start: ${why}`));
    server.once('error', (error) => fail(error.message));
    server.once('close', () => fail(said));
  });
}

/** What it says must be in the language that is looked for, and the connection settings of whoever runs us are no business of its. */
const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' });

/** SIGQUIT is PostgreSQL's immediate shutdown, as if it had crashed. Resolves when it is gone with all its processes. */
export async function stopPostgres(dataDir: string): Promise<void> {
  const pid = Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  if (!(pid > 0)) return;
  signal(pid, 'SIGQUIT');
  for (let round = 0; round < stopRoundCountMax && signal(pid, 0); round += 1)
    await new Promise((resolve) => setTimeout(resolve, stopRoundMs));
  signal(pid, 'SIGKILL');
}

/** Whether there was such a process to signal. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
