// The database as PostgreSQL of this machine, a primary and a streaming standby, behind the database link. A failover is a real one: the
// standby stops hearing of writes, the primary stops dead, the standby is promoted, closed to everybody who was let in on the word of
// what is lost, and only then put in the primary's place.
import { setTimeout as pause } from 'node:timers/promises';
import { closeAfterFailover } from '../after-failover.ts';
import { openDatabase } from '../database.ts';
import { asAdmin, createHold, cutAppConnections, missingCount, rowIds } from '../database-levers.ts';
import type { DatabasePart } from '../parts.ts';
import { schemaSql } from '../schema.sql.ts';
import type { Links } from './links.ts';
import { type PostgresServer, placeAt, startPrimary, startStandby } from './postgres-server.ts';
import type { Surroundings } from './program.ts';

const deafMaxMs = 4_000;
const caughtUpMaxMs = 10_000;
const promoteMaxSeconds = 10;
const lookEveryMs = 10;

export interface RealDatabase extends DatabasePart {
  stop(): Promise<void>;
}

async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  const endsAtMs = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > endsAtMs) throw new Error(`${what} within ${limitMs} ms`);
    await pause(lookEveryMs);
  }
}

/** The standby has heard of all that its primary has written so far. */
async function catchUp(primary: PostgresServer, standby: PostgresServer): Promise<void> {
  const position = await asAdmin(primary.place, async (client) => {
    const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_lsn() as lsn');
    return rows[0]?.lsn;
  });
  await asAdmin(standby.place, (client) =>
    until('the standby did not catch up', caughtUpMaxMs, async () => {
      const { rows } = await client.query('select 1 where pg_last_wal_replay_lsn() >= $1::pg_lsn', [position]);
      return rows.length > 0;
    }),
  );
}

/** The standby hears of nothing more, though its primary writes on. */
async function deafen(standby: PostgresServer): Promise<void> {
  await asAdmin(standby.place, async (client) => {
    await client.query(`alter system set primary_conninfo = ''`);
    await client.query('select pg_reload_conf()');
    await until('the standby did not stop hearing of writes', deafMaxMs, async () => {
      const { rows } = await client.query('select 1 from pg_stat_wal_receiver');
      return rows.length === 0;
    });
  });
}

export async function startDatabase(
  around: Surroundings,
  binariesDir: string,
  links: Links,
  objectsDir: string,
): Promise<RealDatabase> {
  let primary = await startPrimary(around, binariesDir);
  await asAdmin(primary.place, (client) => client.query(schemaSql));
  let serverCount = 2;
  let standby: PostgresServer | undefined = await startStandby(around, binariesDir, primary.place, serverCount);
  const place = placeAt(await links.open('database', primary.place.port));
  const counts = { cutConnectionCount: 0, failoverCount: 0, lostRowCount: 0 };
  let failingOver = false;
  /** What is under way of the last failover, and then of the next standby. */
  let succeeding: Promise<void> = Promise.resolve();
  const hold = createHold(() => primary.place);
  const stopping = new AbortController();

  function guard(server: PostgresServer): void {
    server.program.exited.then(() => {
      if (server === primary && !stopping.signal.aborted) around.lost(`PostgreSQL (${server.program.lastWords()})`);
    });
  }
  guard(primary);

  async function takeOver(next: PostgresServer, lagMs: number): Promise<void> {
    await pause(lagMs, undefined, { signal: stopping.signal });
    const old = primary;
    const before = await rowIds(old.place);
    // From here on the old one's place is empty, until the new one is fit for it.
    await links.point('database', 0);
    primary = next;
    await old.stop();
    await asAdmin(next.place, (client) => client.query('select pg_promote(true, $1)', [promoteMaxSeconds]));
    counts.lostRowCount += missingCount(before, await rowIds(next.place));
    const database = openDatabase(next.place, 1, 'clinic-admin');
    await closeAfterFailover(database, objectsDir).finally(() => database.close());
    guard(next);
    await links.point('database', next.place.port);
    counts.failoverCount += 1;
  }

  async function prepareStandby(): Promise<void> {
    serverCount += 1;
    standby = await startStandby(around, binariesDir, primary.place, serverCount);
  }

  async function succeed(next: PostgresServer, lagMs: number): Promise<void> {
    try {
      await takeOver(next, lagMs);
    } catch (error) {
      if (stopping.signal.aborted) return;
      around.lost(`database in its failover (${error instanceof Error ? error.message : error})`);
      return;
    } finally {
      failingOver = false;
    }
    if (!stopping.signal.aborted) await prepareStandby().catch((error: unknown) => console.error(error));
  }

  return {
    place,
    hold: hold.set,
    report: async () => ({ ...counts, failingOver, ...(await hold.report()) }),
    async cutConnections() {
      counts.cutConnectionCount += await cutAppConnections(primary.place);
    },
    async failover(lagMs) {
      if (failingOver) throw new Error('a failover is in progress');
      failingOver = true;
      try {
        await succeeding;
        const next = standby;
        if (next === undefined) throw new Error('there is no standby to fail over to');
        standby = undefined;
        await catchUp(primary, next);
        await deafen(next);
        succeeding = succeed(next, lagMs);
      } catch (error) {
        failingOver = false;
        throw error;
      }
    },
    async stop() {
      stopping.abort();
      await hold.set(false);
      await succeeding;
      await Promise.all([primary.stop(), standby?.stop()]);
    },
  };
}
