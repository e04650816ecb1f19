// How PostgreSQL is reached: each question on a connection of its own, and the connections that are a fault themselves, which are kept
// until it is healed. These carry the fault's mark as their name, so that another process finds what a dead one left, and the server
// itself ends them after a while, should nobody live to do it.
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { messageOf } from '../faults/bounded.ts';
import type { PostgresConfig } from './postgres-schema.ts';
import { type SystemClient, secretIn } from './system.ts';

const connectMaxMs = 2_000;
const queryMaxMs = 4_000;
/** Longer than any answer, shorter than an injection may take. */
const heldQueryMaxMs = 7_000;
const heldMaxMs = 60_000;
const goodbyeMaxMs = 500;
const rowsMax = 2_000;
const ownName = 'crosstalk';

export type Row = Readonly<Record<string, unknown>>;
type Query = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export interface Postgres extends SystemClient {
  readonly config: PostgresConfig;
  /** As the configured user, in the configured database. */
  ask: Query;
  /** Opens one more connection that stays, under the mark. */
  hold(mark: string): Promise<Query>;
  /** Those of ours that still stand. */
  held(mark: string): readonly Query[];
  /** Ends every connection under the mark: ours, and what a dead harness left. */
  release(mark: string): Promise<void>;
  isReleased(mark: string): Promise<boolean>;
  /** What heals keep between their calls, in this process. */
  readonly notes: Map<string, string>;
}

interface Line {
  readonly query: Query;
  readonly end: () => Promise<void>;
}

/** Throws where a secret is missing. */
export function connectPostgres(config: PostgresConfig): Postgres {
  const { hostname, port, pathname, host } = new URL(config.url);
  const user = secretIn(config.userEnv, `the user of PostgreSQL at ${host}`);
  const password = secretIn(config.passwordEnv, `the password of PostgreSQL at ${host}`);
  const ssl = config.tls || config.caFile !== undefined ? tlsOf(config.caFile) : false;
  const lines = new Map<string, Set<Line>>();
  const released = new Set<string>();

  async function open(name: string, limitMs: number, onEnd: () => void = () => {}): Promise<Line> {
    const { default: pg } = await import('pg');
    const socket = new Socket();
    const client = new pg.Client({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 5432),
      database: decodeURIComponent(pathname.slice(1)),
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      ssl,
      application_name: name,
      connectionTimeoutMillis: connectMaxMs,
      query_timeout: limitMs,
      keepAlive: true,
      stream: () => socket,
    });
    // Told again by the call that fails; without a listener it would end the process.
    client.on('error', onEnd);
    client.on('end', onEnd);
    const end = async (): Promise<void> => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, goodbyeMaxMs);
      });
      await Promise.race([client.end().catch(() => {}), late]);
      clearTimeout(timer);
      socket.destroy();
    };
    try {
      await client.connect();
    } catch (error) {
      socket.destroy();
      throw new Error(`PostgreSQL at ${host} lets nobody in: ${whyNot(error)}`, { cause: error });
    }
    return {
      query: async (sql, values = []) => (await client.query<Row>(sql, [...values])).rows.slice(0, rowsMax),
      end,
    };
  }

  const ask: Query = async (sql, values) => {
    const { query, end } = await open(ownName, queryMaxMs);
    try {
      // The deployment's role may be our own, and may have been made read only by us.
      await query(`SELECT set_config('default_transaction_read_only', 'off', false),
        set_config('statement_timeout', '${queryMaxMs}', false)`);
      return await query(sql, values);
    } finally {
      await end();
    }
  };

  return {
    config,
    ask,
    notes: new Map(),
    async hold(mark) {
      if (released.has(mark)) throw new Error('the fault was healed before it was injected');
      const ours = lines.get(mark) ?? new Set();
      lines.set(mark, ours);
      let line: Line | undefined;
      line = await open(mark, heldQueryMaxMs, () => line && ours.delete(line));
      ours.add(line);
      if (released.has(mark)) await line.end();
      // Only those that this server knows: the second is younger than PostgreSQL 13.
      await line.query(
        `SELECT set_config(name, $1, false) FROM pg_settings
        WHERE name IN ('idle_in_transaction_session_timeout', 'idle_session_timeout')`,
        [String(heldMaxMs)],
      );
      return line.query;
    },
    held: (mark) => [...(lines.get(mark) ?? [])].map(({ query }) => query),
    async release(mark) {
      const ours = [...(lines.get(mark) ?? [])];
      // An injection that is late opens no more.
      released.add(mark);
      lines.delete(mark);
      await Promise.all(ours.map(({ end }) => end()));
      await ask('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [mark]);
    },
    async isReleased(mark) {
      if (lines.get(mark)?.size) return false;
      const left = await ask('SELECT 1 FROM pg_stat_activity WHERE application_name = $1', [mark]);
      return left.length === 0;
    },
    async reach() {
      const problem = await whyUnusable(ask, config);
      if (problem !== null) throw new Error(`PostgreSQL at ${host} can't be used: ${problem}`);
    },
  };
}

const tlsOf = (caFile: string | undefined): { ca?: Buffer } =>
  caFile === undefined ? {} : { ca: readFileSync(caFile) };

/** The client's own words for it are not of this world. */
function whyNot(error: unknown): string {
  const said = messageOf(error);
  if (/^SASL.*password must be a/.test(said))
    return 'it asks for a password: name its environment variable as passwordEnv';
  return said;
}

/** Null: every fault that is allowed may be done with these rights. */
async function whyUnusable(ask: Query, { role, lockTable, faults }: PostgresConfig): Promise<string | null> {
  const [may] = await ask(
    `SELECT current_user AS "me",
      EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS "known",
      (SELECT rolsuper FROM pg_roles WHERE rolname = $1) AND NOT
        (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "tooHigh"`,
    [role],
  );
  if (!may?.known) return `it knows no role "${role}"; role is what the deployment signs in as`;
  if (may.tooHigh) return `"${role}" is a superuser and "${may.me}" is not, so its connections are out of reach`;
  const me = quoted(String(may.me));
  if (faults.some((kind) => kind === 'postgres-cut' || kind === 'postgres-readonly')) {
    const [member] = await ask(`SELECT pg_has_role(current_user, $1, 'USAGE') AS "is"`, [role]);
    if (!member?.is) return `"${may.me}" may not end the connections of "${role}": GRANT ${quoted(role)} TO ${me}`;
  }
  if (faults.includes('postgres-readonly')) {
    const [alter] = await ask(
      `SELECT rolsuper OR rolname = $1 OR rolcreaterole AND (current_setting('server_version_num')::int < 160000
        OR pg_has_role(current_user, $1, 'MEMBER WITH ADMIN OPTION')) AS "may"
      FROM pg_roles WHERE rolname = current_user`,
      [role],
    );
    if (!alter?.may)
      return `"${may.me}" may not change the settings of "${role}" (CREATEROLE, with its admin option); leave postgres-readonly out`;
  }
  if (lockTable === undefined) return null;
  const [table] = await ask(
    `SELECT to_regclass($1) IS NOT NULL AS "known",
      coalesce(has_table_privilege(to_regclass($1), 'UPDATE, DELETE, TRUNCATE'), false) AS "mine"`,
    [quotedTable(lockTable)],
  );
  if (!table?.known) return `there is no table ${lockTable} in its database (lockTable)`;
  if (!table.mine) return `"${may.me}" may not lock ${lockTable}: GRANT UPDATE ON ${quotedTable(lockTable)} TO ${me}`;
  return null;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quotedTable = (name: string): string => name.split('.').map(quoted).join('.');
