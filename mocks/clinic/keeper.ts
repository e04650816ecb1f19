// Runs PostgreSQL, and outlives the supervisor just long enough to clean up after it: should the supervisor be killed outright, this
// process ends whatever it was told of (a stopped process can't notice by itself), stops the database and removes the files.
import { rm } from 'node:fs/promises';
import { notifyParent, serveParent } from './child.ts';
import { type KeptDatabase, startDatabase } from './kept-database.ts';
import type { KeeperNotice, KeeperStart } from './messages.ts';
import { signal } from './postgres-process.ts';

const watched = new Set<number>();
let rootDir: string | undefined;
let starting: Promise<KeptDatabase> | undefined;

async function start(argument: KeeperStart): Promise<unknown> {
  rootDir = argument.rootDir;
  starting = startDatabase(argument, (broken) => notifyParent({ broken } satisfies KeeperNotice));
  return (await starting).place;
}

async function database(): Promise<KeptDatabase> {
  if (starting === undefined) throw new Error('the database has not been started');
  return starting;
}

async function cleanUp(): Promise<void> {
  for (const pid of watched) signal(pid, 'SIGKILL');
  watched.clear();
  // Half started, the database could not be found to be stopped.
  const kept = await starting?.catch(() => undefined);
  await kept?.stop();
  if (rootDir !== undefined) await rm(rootDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

serveParent(
  {
    start: (argument) => start(argument as KeeperStart),
    report: async () => (await database()).report(),
    cut: async () => (await database()).cut(),
    hold: async (on) => (await database()).hold(on as boolean),
    failover: async (lagMs) => (await database()).failover(lagMs as number),
    watch: (pid) => void watched.add(pid as number),
    unwatch: (pid) => void watched.delete(pid as number),
    stop: cleanUp,
  },
  cleanUp,
);
