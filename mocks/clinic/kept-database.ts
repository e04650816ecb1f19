// The keeper's database: PostgreSQL at one address for the apps, whichever server stands behind it. A failover is a real one: a copy is
// made of the running server, the server goes on and is then stopped as if it had crashed, and the copy, which heard of nothing
// later, takes its address. Before it does it is closed to everybody who was let in on the word of what is lost.
//
//     copy ─► lag: writes that will be lost ─► crash ─► start the copy aside ─► close it ─► its socket takes the address
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { closeAfterFailover } from './after-failover.ts';
import { backUp } from './base-backup.ts';
import { openDatabase } from './database.ts';
import { asAdmin, createHold, cutAppConnections, missingCount, rowIds } from './database-levers.ts';
import type { DatabasePlace, KeeperStart } from './messages.ts';
import type { DatabaseReport } from './parts.ts';
import { makePostgres, placeIn, socketName, startPostgres, stopPostgres } from './postgres-process.ts';
import { reachablePostgres } from './postgres-programs.ts';
import { schemaSql } from './schema.sql.ts';
import { truthSql } from './truth.ts';

export interface KeptDatabase {
  readonly place: DatabasePlace;
  report(): Promise<DatabaseReport>;
  cut(): Promise<void>;
  hold(on: boolean): Promise<void>;
  /** Resolves once the copy is made; `onBroken` is told if it then can't take over. */
  failover(lagMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startDatabase(
  { rootDir, objectsDir, record }: KeeperStart,
  onBroken: (reason: string) => void,
): Promise<KeptDatabase> {
  const dataDir = (number: number): string => join(rootDir, `database-${number}`);
  const stopping = new AbortController();
  let serving = 1;
  const hold = createHold(() => place);
  let takingOver: Promise<void> | undefined;
  const counts = { cutConnectionCount: 0, failoverCount: 0, lostRowCount: 0 };

  const socketDir = await ownFolder('socket');
  const place = placeIn(socketDir);
  const programs = await reachablePostgres(rootDir);
  await makePostgres(programs, dataDir(1));

  // PostgreSQL refuses to run as root and then runs as another user, who must be able to make its socket here.
  async function ownFolder(name: string): Promise<string> {
    const folder = join(rootDir, name);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o777);
    return folder;
  }

  async function takeOver(lagMs: number): Promise<void> {
    const next = serving + 1;
    await pause(lagMs, undefined, { signal: stopping.signal });
    const before = await rowIds(place);
    await stopPostgres(dataDir(serving));
    const old = serving;
    serving = next;
    const asideDir = await ownFolder('socket-aside');
    await startPostgres(programs, { dataDir: dataDir(next), socketDir: asideDir });
    const aside = placeIn(asideDir);
    counts.lostRowCount += missingCount(before, await rowIds(aside));
    const database = openDatabase(aside, 1, 'clinic-admin');
    await closeAfterFailover(database, objectsDir).finally(() => database.close());
    await rename(join(asideDir, socketName), join(socketDir, socketName));
    counts.failoverCount += 1;
    await rm(dataDir(old), { recursive: true, force: true });
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await takingOver;
    await hold.set(false);
    await stopPostgres(dataDir(serving));
  }

  try {
    await startPostgres(programs, { dataDir: dataDir(1), socketDir });
    const truth = record === null ? '' : truthSql(record.truthDir);
    await asAdmin(place, (client) => client.query(schemaSql + truth));
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    place,
    report: async () => ({ ...counts, failingOver: takingOver !== undefined, ...(await hold.report()) }),
    async cut() {
      counts.cutConnectionCount += await cutAppConnections(place);
    },
    hold: hold.set,
    async failover(lagMs) {
      if (takingOver !== undefined) throw new Error('a failover is in progress');
      let over = (): void => {};
      takingOver = new Promise((resolve) => {
        over = resolve;
      });
      const end = (): void => {
        takingOver = undefined;
        over();
      };
      try {
        await backUp(place, dataDir(serving), dataDir(serving + 1));
      } catch (error) {
        await rm(dataDir(serving + 1), { recursive: true, force: true });
        end();
        throw error;
      }
      takeOver(lagMs)
        .catch((error: unknown) => stopping.signal.aborted || onBroken(`the failover failed: ${error}`))
        .finally(end);
    },
    stop,
  };
}
