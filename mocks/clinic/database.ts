// The apps' way to PostgreSQL: a small pool and named (prepared) statements. Every change is one statement, so an app that is
// frozen or killed half way through a request never holds a lock.
import pg from 'pg';
import type { DatabasePlace } from './messages.ts';

export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Database {
  /** Rows of one statement. The caller names the row type that its own SQL yields. */
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** The name by which a connection is known to the database, so that the apps' can be cut and the administrator's spared. */
export type DatabaseClient = 'clinic-app' | 'clinic-admin';

export function openDatabase(
  place: DatabasePlace,
  connectionCountMax: number,
  client: DatabaseClient = 'clinic-app',
): Database {
  const pool = new pg.Pool({
    ...place,
    application_name: client,
    max: connectionCountMax,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    idleTimeoutMillis: 0,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  return {
    async query<Row>(statement: Statement, values: readonly unknown[]) {
      const result = await pool.query({ name: statement.name, text: statement.text, values: [...values] });
      return result.rows as Row[];
    },
    close: () => pool.end(),
  };
}

/** PostgreSQL's five-character code of an error, such as 23503, or undefined. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
