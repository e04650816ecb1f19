// The database as PostgreSQL of this machine, a primary and a streaming standby, behind the database link. A failover is a real one: the
// standby stops hearing of writes, the primary stops dead, the standby is promoted, and what the two of them disagree about is lost.
import { closeAfterFailover } from '../after-failover.ts';
import { openDatabase } from '../database.ts';
import type { DatabasePart, DatabaseReport } from '../parts.ts';
import { schemaSql } from '../schema.sql.ts';
import { type Hold, holdStatements } from './database-hold.ts';
import type { Links } from './links.ts';
import {
  ask,
  type PostgresBinaries,
  type PostgresServer,
  placeAt,
  startPrimary,
  startStandby,
} from './postgres-server.ts';
import type { Surroundings } from './program.ts';

const disconnectMaxMs = 3_000;
const lookEveryMs = 10;

export interface RealDatabase extends DatabasePart {
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

/** Everybody but those who administer. */
const cutText = `select count(pg_terminate_backend(pid))::int as "count" from pg_stat_activity
  where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name = 'clinic-app'`;

const waitingText = `select count(*)::int as "count" from pg_stat_activity
  where backend_type = 'client backend' and wait_event_type = 'Lock'`;

const tablesText = `select quote_ident(relname) as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;

async function rowsByTable({ place }: PostgresServer): Promise<ReadonlyMap<string, number>> {
  const tables = (await ask<{ name: string }>(place, tablesText)).map(({ name }) => name);
  const text = tables
    .map((name) => `select '${name}' as name, count(*)::int as "rowCount" from ${name}`)
    .join(' union all ');
  const rows = await ask<{ name: string; rowCount: number }>(place, text);
  return new Map(rows.map(({ name, rowCount }) => [name, rowCount]));
}

/** Rows that were there and are not any more; those that came back to life don't make up for them. */
function lostBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  let lost = 0;
  for (const [name, rowCount] of before) lost += Math.max(0, rowCount - (after.get(name) ?? 0));
  return lost;
}

/** The standby hears of nothing more, though its primary writes on. */
async function deafen({ place }: PostgresServer): Promise<void> {
  await ask(place, `alter system set primary_conninfo = ''`);
  await ask(place, 'select pg_reload_conf()');
  const endsAtMs = Date.now() + disconnectMaxMs;
  while ((await ask(place, 'select 1 from pg_stat_wal_receiver')).length > 0) {
    if (Date.now() > endsAtMs) throw new Error(`the standby still heard of writes after ${disconnectMaxMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** What it must be told before an app may speak to it. */
async function failClosed({ place }: PostgresServer, objectsDir: string): Promise<void> {
  const database = openDatabase(place, 1, 'clinic-admin');
  await closeAfterFailover(database, objectsDir).finally(() => database.close());
}

export async function startDatabase(
  around: Surroundings,
  binaries: PostgresBinaries,
  links: Links,
  objectsDir: string,
): Promise<RealDatabase> {
  let serverCount = 2;
  let primary = await startPrimary(around, binaries);
  await ask(primary.place, schemaSql);
  let standby: PostgresServer | undefined = await startStandby(around, binaries, primary.place, serverCount);
  const place = placeAt(await links.open('database', primary.place.port));
  const counts = { cutConnectionCount: 0, failoverCount: 0, lostRowCount: 0 };
  let failingOver = false;
  let preparing: Promise<void> = Promise.resolve();
  let hold: Hold | undefined;
  let stopping = false;
  let fail: (error: Error) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => {});

  function guard(server: PostgresServer): void {
    server.program.exited.then(() => {
      if (server === primary && !stopping)
        fail(new Error(`PostgreSQL died; the clinic can't go on without it: ${server.program.lastWords()}`));
    });
  }
  guard(primary);

  async function takeOver(lagMs: number): Promise<void> {
    const [old, next] = [primary, standby];
    if (next === undefined) throw new Error('there is no standby to fail over to');
    standby = undefined;
    await new Promise((resolve) => setTimeout(resolve, lagMs));
    const before = await rowsByTable(old);
    // From here on the old one's place is empty, until the new one is fit for it.
    await links.point('database', 0);
    primary = next;
    await old.stop();
    await ask(next.place, 'select pg_promote(true, 10)');
    counts.lostRowCount += lostBetween(before, await rowsByTable(next));
    await failClosed(next, objectsDir);
    guard(next);
    await links.point('database', next.place.port);
    counts.failoverCount += 1;
  }

  async function prepareStandby(): Promise<void> {
    serverCount += 1;
    const next = await startStandby(around, binaries, primary.place, serverCount);
    if (stopping) await next.stop();
    else standby = next;
  }

  async function report(): Promise<DatabaseReport> {
    // While one is taking over, nobody waits in either.
    const waiting = failingOver ? [] : await ask<{ count: number }>(primary.place, waitingText).catch(() => []);
    return { ...counts, failingOver, held: hold !== undefined, heldStatementCount: waiting[0]?.count ?? 0 };
  }

  return {
    place,
    broken,
    report,
    async cutConnections() {
      const [cut] = await ask<{ count: number }>(primary.place, cutText);
      counts.cutConnectionCount += cut?.count ?? 0;
    },
    async failover(lagMs) {
      if (failingOver) throw new Error('a failover is in progress');
      failingOver = true;
      try {
        await preparing;
        if (standby === undefined) throw new Error('there is no standby to fail over to');
        await deafen(standby);
      } catch (error) {
        failingOver = false;
        throw error;
      }
      takeOver(lagMs)
        .catch((error: Error) => fail(new Error(`the failover did not succeed: ${error.message}`)))
        .finally(() => {
          failingOver = false;
          preparing = prepareStandby().catch((error: unknown) => console.error(error));
        });
    },
    async hold(on) {
      if (on && hold === undefined) hold = await holdStatements(primary.place);
      if (on || hold === undefined) return;
      const held = hold;
      hold = undefined;
      await held.release();
    },
    async stop() {
      stopping = true;
      await hold?.release().catch(() => {});
      await preparing;
      await Promise.all([primary.stop(), standby?.stop()]);
    },
  };
}
