// PostgreSQL as it is: what a bad day, a long transaction or an operator's mistake does to the database behind a deployment. Its own
// catalogue proves each.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { connectPostgres, type Postgres, quotedTable } from './postgres-client.ts';
import { type PostgresConfig, postgresSchema } from './postgres-schema.ts';
import { type System, systemFault } from './system.ts';

/** A server with more room than this is not filled. */
const heldCountMax = 400;
const openedAtOnceCount = 8;
const refusalsMax = 10;
const refusalPauseMs = 100;
/** Well within what an injection may take. */
const fillMaxMs = 6_000;
/** Waiting for the table's users to finish, while they queue behind us. */
const lockWaitMaxMs = 5_000;
const tooManyConnections = '53300';

const fault = systemFault<Postgres>();

/** $1: the role, $2: the application's name or null. Never our own, never one of the server's. */
const victims = `FROM pg_stat_activity WHERE usename = $1 AND ($2::text IS NULL OR application_name = $2)
  AND datname = current_database() AND backend_type = 'client backend' AND application_name !~ '^crosstalk'
  AND pid <> pg_backend_pid()`;
const whose = ({ config: { role, application } }: Postgres): readonly unknown[] => [role, application ?? null];

const newMark = (): string => `crosstalk-${randomBytes(6).toString('hex')}`;
const markSchema = z.string().regex(/^crosstalk-[0-9a-f]{12}$/);

/** Process and time of start: PostgreSQL gives a number again. The oldest first, so that the newest are left out where they are too many. */
async function connectionsOf(postgres: Postgres): Promise<string[]> {
  const rows = await postgres.ask(
    `SELECT pid || ' ' || backend_start AS "id" ${victims} ORDER BY backend_start, pid`,
    whose(postgres),
  );
  return rows.map(({ id }) => String(id));
}

const cut = fault(z.object({ connections: z.array(z.string()) }), {
  kind: 'postgres-cut',
  summary: 'ends every connection of the deployment to PostgreSQL',
  defaultForMs: 1_500,
  plan: async (postgres) => ({ connections: await connectionsOf(postgres) }),
  inject: async (postgres) => void (await postgres.ask(`SELECT pg_terminate_backend(pid) ${victims}`, whose(postgres))),
  prove: (postgres, before) => async () => {
    const now = new Set(await connectionsOf(postgres));
    const gone = before.connections.filter((id) => !now.has(id)).length;
    return { bit: gone > 0, proof: `of ${before.connections.length} connections to PostgreSQL ${gone} are gone` };
  },
  heal: async () => {},
  isHealed: async () => true,
});

const lock = fault(z.object({ mark: markSchema, table: z.string(), oid: z.number() }), {
  kind: 'postgres-lock',
  summary: 'a transaction that does not end locks a table of PostgreSQL against everybody',
  defaultForMs: 3_000,
  async plan(postgres) {
    const table = postgres.config.lockTable ?? '';
    const [found] = await postgres.ask('SELECT to_regclass($1)::oid::int8::text AS "oid"', [quotedTable(table)]);
    if (!found?.oid) throw new Error(`PostgreSQL has no table ${table} to lock`);
    return { mark: newMark(), table, oid: Number(found.oid) };
  },
  async inject(postgres, { mark, table }) {
    const query = await postgres.hold(mark);
    await query('BEGIN');
    await query(`SET LOCAL lock_timeout = ${lockWaitMaxMs}`);
    await query(`LOCK TABLE ${quotedTable(table)} IN ACCESS EXCLUSIVE MODE`);
  },
  prove: (postgres, { mark, table, oid }) => {
    let most = 0;
    return async () => {
      const [seen] = await postgres.ask(
        `SELECT count(*) FILTER (WHERE granted AND application_name = $1)::int AS "ours",
          count(*) FILTER (WHERE NOT granted AND usename = $3 AND ($4::text IS NULL OR application_name = $4)
            AND application_name !~ '^crosstalk')::int AS "waiting"
        FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE relation = $2 AND locktype = 'relation'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        [mark, oid, ...whose(postgres)],
      );
      const locked = Number(seen?.ours) > 0;
      if (locked) most = Math.max(most, Number(seen?.waiting));
      if (most > 0) return { bit: true, proof: `${most} of the deployment's transactions waited for ${table}` };
      return {
        bit: false,
        proof: locked ? `${table} was locked, but nobody waited for it` : `${table} was not locked`,
      };
    };
  },
  heal: (postgres, { mark }) => postgres.release(mark),
  isHealed: (postgres, { mark }) => postgres.isReleased(mark),
});

const codeOf = (error: unknown): unknown => ((error as Error).cause as { code?: unknown } | undefined)?.code;

/** Client connections in use, on one of ours: there may be no room for another. */
const inUse = `SELECT count(*)::int AS "count" FROM pg_stat_activity
  WHERE datid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'`;

const exhaust = fault(z.object({ mark: markSchema, roomCount: z.number() }), {
  kind: 'postgres-exhaust',
  summary: 'takes every connection that PostgreSQL has left',
  defaultForMs: 3_000,
  async plan(postgres) {
    const [room] = await postgres.ask(
      `SELECT sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END)::int AS "count"
      FROM pg_settings WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')`,
    );
    const roomCount = Number(room?.count);
    if (roomCount <= heldCountMax) return { mark: newMark(), roomCount };
    throw new Error(
      `PostgreSQL has room for ${roomCount} connections; postgres-exhaust fills up to ${heldCountMax}: leave it out`,
    );
  },
  async inject(postgres, { mark, roomCount }) {
    const startedAt = Date.now();
    let refusals = 0;
    while (refusals < refusalsMax && Date.now() - startedAt < fillMaxMs) {
      const [query] = postgres.held(mark);
      const left = query ? roomCount - Number((await query(inUse))[0]?.count) : 1;
      if (left <= 0) return;
      const opening = Array.from({ length: Math.min(left, openedAtOnceCount) }, () => postgres.hold(mark));
      const results = await Promise.allSettled(opening);
      const refused = results.find((result) => result.status === 'rejected');
      if (!refused) continue;
      if (codeOf(refused.reason) !== tooManyConnections) throw refused.reason;
      refusals += 1;
      await new Promise((resolve) => setTimeout(resolve, refusalPauseMs));
    }
  },
  prove:
    (postgres, { mark, roomCount }) =>
    async () => {
      const ours = postgres.held(mark);
      const [query] = ours;
      if (!query) return { bit: false, proof: 'no connection of PostgreSQL was taken' };
      const count = Number((await query(inUse))[0]?.count);
      return {
        bit: count >= roomCount,
        proof: `of the ${roomCount} connections that PostgreSQL has for everybody ${count} were in use, ${ours.length} by this fault`,
      };
    },
  heal: (postgres, { mark }) => postgres.release(mark),
  isHealed: (postgres, { mark }) => postgres.isReleased(mark),
});

/** As PostgreSQL reads it. */
const saysOn = /^(on|t|tr|tru|true|y|ye|yes|1)$/i;
const readOnlySetting = 'default_transaction_read_only';
const readOnlyMemory = z.object({
  role: z.string(),
  /** As the server had it for the role in the database; null: not at all. */
  before: z.string().nullable(),
  /** By the server's clock. */
  plannedAt: z.string(),
});

async function settingOf(postgres: Postgres, role: string): Promise<string | null> {
  const [found] = await postgres.ask(
    `SELECT substr(line, length($2) + 2) AS "value" FROM pg_db_role_setting, unnest(setconfig) AS line
    WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = $1) AND starts_with(line, $2 || '=')
      AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [role, readOnlySetting],
  );
  return found === undefined ? null : String(found.value);
}

async function changeSetting(postgres: Postgres, role: string, value: string | null): Promise<void> {
  const change = value === null ? 'RESET %I' : 'SET %I = %L';
  const [statement] = await postgres.ask(
    `SELECT format('ALTER ROLE %I IN DATABASE %I ${change}', $1::text, current_database(), $2::text, $3::text) AS "text"`,
    [role, readOnlySetting, value],
  );
  await postgres.ask(String(statement?.text));
}

/** Those that began between two moments of the server's clock: ended, or counted. */
const began = `${victims} AND backend_start > $3::timestamptz AND backend_start <= $4::timestamptz`;

const readonly = fault(readOnlyMemory, {
  kind: 'postgres-readonly',
  summary: "makes PostgreSQL read only for the deployment's role, and has it sign in anew",
  defaultForMs: 3_000,
  async plan(postgres) {
    const { role } = postgres.config;
    const before = await settingOf(postgres, role);
    if (before !== null && saysOn.test(before))
      throw new Error(`the role ${role} is read only already, so postgres-readonly would break nothing`);
    const [clock] = await postgres.ask('SELECT clock_timestamp()::text AS "now"');
    return { role, before, plannedAt: String(clock?.now) };
  },
  async inject(postgres, { role }) {
    await changeSetting(postgres, role, 'on');
    await postgres.ask(`SELECT pg_terminate_backend(pid) ${victims}`, whose(postgres));
  },
  prove:
    (postgres, { role, plannedAt }) =>
    async () => {
      if ((await settingOf(postgres, role)) !== 'on')
        return { bit: false, proof: `the role ${role} was not read only` };
      const under = await postgres.ask(`SELECT pid ${began}`, [...whose(postgres), plannedAt, 'infinity']);
      if (under.length === 0) return { bit: false, proof: `the role ${role} was read only, but did not sign in anew` };
      return { bit: true, proof: `the role ${role} was read only, and ${under.length} of its sessions began so` };
    },
  async heal(postgres, { role, before, plannedAt }) {
    // Somebody else's value would stay.
    if ((await settingOf(postgres, role)) === 'on') {
      await changeSetting(postgres, role, before);
      postgres.notes.delete(plannedAt);
    }
    // Sessions keep what they began with. Known to this process alone: another ends a few more, which does no harm.
    const restoredAt =
      postgres.notes.get(plannedAt) ?? String((await postgres.ask('SELECT clock_timestamp()::text AS "now"'))[0]?.now);
    postgres.notes.set(plannedAt, restoredAt);
    await postgres.ask(`SELECT pg_terminate_backend(pid) ${began}`, [...whose(postgres), plannedAt, restoredAt]);
  },
  async isHealed(postgres, { role, plannedAt }) {
    const restoredAt = postgres.notes.get(plannedAt);
    if (restoredAt === undefined || (await settingOf(postgres, role)) === 'on') return false;
    const under = await postgres.ask(`SELECT pid ${began}`, [...whose(postgres), plannedAt, restoredAt]);
    return under.length === 0;
  },
});

export const postgres: System<PostgresConfig> = {
  use: 'postgres',
  schema: postgresSchema,
  hosts: ({ url }) => [new URL(url).hostname],
  connect: connectPostgres,
  faults: [cut, lock, exhaust, readonly],
};
