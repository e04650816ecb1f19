// What an administrator can do to any PostgreSQL that the clinic runs on, and what can be counted there. The same for every topology.
import pg from 'pg';
import type { DatabaseClient } from './database.ts';
import type { DatabasePlace } from './messages.ts';
import type { DatabaseReport } from './parts.ts';

const admin: DatabaseClient = 'clinic-admin';
const apps: DatabaseClient = 'clinic-app';
const connectMaxMs = 4_000;
const queryMaxMs = 10_000;
const lockMaxMs = 4_000;

/** A connection that the database's own faults spare. Whoever opened it ends it. */
export async function connectAsAdmin(place: DatabasePlace): Promise<pg.Client> {
  const client = new pg.Client({
    ...place,
    application_name: admin,
    connectionTimeoutMillis: connectMaxMs,
    query_timeout: queryMaxMs,
  });
  // A connection that breaks fails its next query; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

export async function asAdmin<Result>(
  place: DatabasePlace,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await connectAsAdmin(place);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Ends every connection that an app has open, in mid-statement or not; answers how many. */
export function cutAppConnections(place: DatabasePlace): Promise<number> {
  return asAdmin(place, async (client) => {
    const ended = await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [apps],
    );
    return ended.rowCount ?? 0;
  });
}

interface Holder {
  /** Statements that wait because of it. */
  waitingCount(): Promise<number>;
  release(): Promise<void>;
}

/** Holds the table that every signed-in request asks: statements wait, and with them the connections of every pool. */
async function holdSessions(place: DatabasePlace): Promise<Holder> {
  const client = await connectAsAdmin(place);
  try {
    await client.query(`set lock_timeout = ${lockMaxMs}`);
    await client.query('begin; lock table session_tokens in access exclusive mode');
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return {
    async waitingCount() {
      const { rows } = await client.query<{ count: string }>('select count(*) from pg_locks where not granted');
      return Number(rows[0]?.count);
    },
    // The end of the connection is the end of its lock.
    release: () => client.end(),
  };
}

/** The lever that holds every pool, and lets go. */
export interface Hold {
  set(on: boolean): Promise<void>;
  report(): Promise<Pick<DatabaseReport, 'held' | 'heldStatementCount'>>;
}

/** `placeOf`: the server that serves when it is pulled. */
export function createHold(placeOf: () => DatabasePlace): Hold {
  let holder: Holder | undefined;
  let holding: Promise<void> = Promise.resolve();

  async function release(): Promise<void> {
    const held = holder;
    holder = undefined;
    await held?.release().catch(() => {});
  }

  return {
    /** One after another: a hold that is late must not outlast the release that was to end it. */
    set(on) {
      const turn = holding.then(async () => {
        if (!on) await release();
        else holder ??= await holdSessions(placeOf());
      });
      holding = turn.catch(() => {});
      return turn;
    },
    async report() {
      const heldStatementCount = (await holder?.waitingCount().catch(() => 0)) ?? 0;
      return { held: holder !== undefined, heldStatementCount };
    },
  };
}

/** Every row that has an id of its own, as `table id`. */
export function rowIds(place: DatabasePlace): Promise<ReadonlySet<string>> {
  return asAdmin(place, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = 'public' and table_type = 'BASE TABLE' and column_name = 'id' and data_type = 'uuid'`,
    );
    const selects = tables.map(
      ({ name }) => `select ${client.escapeLiteral(name)} || ' ' || id as row from ${client.escapeIdentifier(name)}`,
    );
    if (selects.length === 0) return new Set();
    const { rows } = await client.query<{ row: string }>(selects.join(' union all '));
    return new Set(rows.map(({ row }) => row));
  });
}

export function missingCount(before: ReadonlySet<string>, after: ReadonlySet<string>): number {
  let missing = 0;
  for (const row of before) if (!after.has(row)) missing += 1;
  return missing;
}
