// A real PostgreSQL for tests of what speaks to one: on a port of this machine, with a password, and few connections.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { reachablePostgres } from '../clinic/postgres-programs.ts';

const makeMaxMs = 60_000;
const startMaxMs = 20_000;
const lookEveryMs = 50;
const password = 'not-much-of-a-secret';

const flags = [
  'fsync=off',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  // 17 for everybody, 3 for administrators.
  'max_connections=20',
  'superuser_reserved_connections=3',
  'shared_buffers=16MB',
  'io_method=sync',
];

export interface PostgresServer {
  readonly place: { readonly host: string; readonly port: number; readonly database: string };
  readonly password: string;
  /** The superuser `root`, on one connection. */
  readonly root: pg.Client;
  stop(): Promise<void>;
}

/** `folder` must exist, and is the caller's to remove afterwards. */
export async function startPostgresServer(folder: string, port: number): Promise<PostgresServer> {
  await chmod(folder, 0o755);
  const { initdb, postgres, user } = await reachablePostgres(folder);
  const dataDir = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  await mkdir(dataDir, { mode: 0o700 });
  await writeFile(passwordFile, password);
  if (user.uid !== undefined && user.gid !== undefined) await chown(dataDir, user.uid, user.gid);
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
  const how = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync', '--no-locale', '--encoding=UTF8'];
  const options = { ...user, cwd: dataDir, env };
  await promisify(execFile)(initdb, ['-D', dataDir, '-U', 'root', ...how], { ...options, timeout: makeMaxMs });
  const settings = flags.flatMap((flag) => ['-c', flag]);
  const server = spawn(postgres, ['-D', dataDir, '-p', String(port), ...settings], { ...options, stdio: 'ignore' });
  const exited = once(server, 'exit');
  const endWithUs = (): void => void server.kill('SIGQUIT');
  process.once('exit', endWithUs);
  const place = { host: '127.0.0.1', port, database: 'postgres' };
  const root = await connected({ ...place, user: 'root', password }, server);
  return {
    place,
    password,
    root,
    async stop() {
      process.off('exit', endWithUs);
      await root.end();
      server.kill('SIGQUIT');
      await exited;
    },
  };
}

async function connected(config: pg.ClientConfig, server: { readonly exitCode: number | null }): Promise<pg.Client> {
  const startedAt = Date.now();
  for (;;) {
    const client = new pg.Client(config);
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (server.exitCode !== null || Date.now() - startedAt > startMaxMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }
}
