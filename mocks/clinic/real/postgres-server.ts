// One PostgreSQL server of the machine's own installation: a new one, or a streaming standby of another, in a folder of the clinic's.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { asAdmin } from '../database-levers.ts';
import type { DatabasePlace } from '../messages.ts';
import { ordinaryUser } from '../ordinary-user.ts';
import { freePort } from './ports.ts';
import { ownFolder, type Program, type Surroundings, startProgram, untilUp } from './program.ts';

const makeMaxMs = 60_000;
const startMaxMs = 20_000;

/** None of this data is to be kept, so nothing waits for a disk; a standby may follow. */
const settings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=24MB',
  'wal_level=replica',
  'max_wal_senders=4',
  'wal_keep_size=64MB',
  'hot_standby=on',
  'autovacuum_naptime=10s',
  'max_worker_processes=4',
];

export interface PostgresServer {
  readonly place: DatabasePlace;
  readonly dataDir: string;
  readonly program: Program;
  /** SIGQUIT is PostgreSQL's immediate shutdown, as if it had crashed. */
  stop(): Promise<void>;
}

export const placeAt = (port: number): DatabasePlace => ({
  host: '127.0.0.1',
  port,
  user: 'clinic',
  database: 'postgres',
});

async function make(around: Surroundings, command: string, args: readonly string[]): Promise<void> {
  const options = {
    ...(await ordinaryUser()),
    cwd: around.rootDir,
    timeout: makeMaxMs,
    env: { LC_ALL: 'C', TZ: 'UTC' },
  };
  await promisify(execFile)(command, [...args], options).catch((error: { stderr?: string; message: string }) => {
    throw new Error(`${path.basename(command)} failed: ${(error.stderr || error.message).trim().slice(-1_000)}`);
  });
}

export async function startPrimary(around: Surroundings, binariesDir: string): Promise<PostgresServer> {
  const dataDir = await ownFolder(around, 'database-1');
  await make(around, path.join(binariesDir, 'initdb'), [
    ...['-D', dataDir, '-U', 'clinic', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'],
  ]);
  return serve(around, binariesDir, dataDir, 'postgresql-1');
}

/** Knows all that its primary knows from the moment this resolves, and hears of the rest as it is written. */
export async function startStandby(
  around: Surroundings,
  binariesDir: string,
  primary: DatabasePlace,
  number: number,
): Promise<PostgresServer> {
  const dataDir = await ownFolder(around, `database-${number}`);
  await make(around, path.join(binariesDir, 'pg_basebackup'), [
    ...['-h', primary.host, '-p', String(primary.port), '-U', primary.user, '-w'],
    ...['-D', dataDir, '--checkpoint=fast', '--wal-method=stream', '--no-sync', '--write-recovery-conf'],
  ]);
  return serve(around, binariesDir, dataDir, `postgresql-${number}`);
}

async function serve(
  around: Surroundings,
  binariesDir: string,
  dataDir: string,
  name: string,
): Promise<PostgresServer> {
  const port = await freePort();
  const flags = [...settings, `port=${port}`].flatMap((each) => ['-c', each]);
  const program = await startProgram(
    around,
    name,
    path.join(binariesDir, 'postgres'),
    ['-D', dataDir, ...flags],
    'SIGQUIT',
  );
  const place = placeAt(port);
  await untilUp(program, startMaxMs, () => asAdmin(place, (client) => client.query('select 1')));
  return { place, dataDir, program, stop: () => program.stop('SIGQUIT') };
}
