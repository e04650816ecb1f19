// PostgreSQL's faults on a real PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import { type PostgresServer, startPostgresServer } from '../../mocks/postgres/server.ts';
import { connectSystems, systemsSchema } from './index.ts';
import { connectPostgres } from './postgres-client.ts';
import { postgresSchema } from './postgres-schema.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest, untilReached } from './system-under-test.ts';

const faults = ['postgres-cut', 'postgres-lock', 'postgres-exhaust', 'postgres-readonly'];
const roomCount = 17;

describe('postgres', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'postgres-'));
  let server: PostgresServer;
  let under: SystemUnderTest;
  let app: pg.Pool;
  let bystander: pg.Client;

  const asApp = (application: string): pg.ClientConfig => ({
    ...server.place,
    user: 'app',
    password: server.password,
    application_name: application,
  });
  const pidOf = async (client: pg.Pool | pg.Client): Promise<number> =>
    (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
  /** The server learns of an end a little later. */
  const untilLeft = (): Promise<void> =>
    expect
      .poll(
        async () =>
          (await server.root.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'clinic'")).rowCount,
      )
      .toBe(0);
  const settings = async (): Promise<unknown> => (await server.root.query('SELECT * FROM pg_db_role_setting')).rows;

  beforeAll(async () => {
    server = await startPostgresServer(folder, await freePort());
    await server.root.query(`CREATE ROLE app LOGIN PASSWORD '${server.password}'`);
    await server.root.query(`CREATE ROLE harness LOGIN CREATEROLE PASSWORD '${server.password}'`);
    await server.root.query('GRANT app TO harness WITH ADMIN OPTION');
    await server.root.query('CREATE TABLE visits (id int)');
    await server.root.query('GRANT ALL ON visits TO app');
    process.env.PG_UNDER_TEST_USER = 'harness';
    process.env.PG_UNDER_TEST_PASSWORD = server.password;
    under = systemUnderTest({
      records: {
        use: 'postgres',
        url: `postgres://127.0.0.1:${server.place.port}/postgres`,
        userEnv: 'PG_UNDER_TEST_USER',
        passwordEnv: 'PG_UNDER_TEST_PASSWORD',
        role: 'app',
        application: 'clinic',
        lockTable: 'public.visits',
        faults,
      },
    });
    await untilReached(under);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
    delete process.env.PG_UNDER_TEST_USER;
    delete process.env.PG_UNDER_TEST_PASSWORD;
  });
  beforeEach(async () => {
    app = new pg.Pool({ ...asApp('clinic'), max: 3, idleTimeoutMillis: 0 });
    app.on('error', () => {});
    bystander = new pg.Client(asApp('reports'));
    bystander.on('error', () => {});
    await bystander.connect();
    await app.query('SELECT');
  });
  afterEach(async () => {
    await bystander.end();
    await app.end();
    await untilLeft();
  });

  it('loses the connections of the deployment, and no others', async () => {
    const [pid, other, root] = [await pidOf(app), await pidOf(bystander), await pidOf(server.root)];
    expect(await bite(under, 'postgres-cut@records')).toEqual({
      bit: true,
      proof: 'of 1 connections to PostgreSQL 1 are gone',
    });
    expect(await pidOf(app)).not.toBe(pid);
    expect(await pidOf(bystander)).toBe(other);
    expect(await pidOf(server.root)).toBe(root);
  });

  it('is no proof when the deployment had no connection', async () => {
    await app.end();
    await untilLeft();
    expect(await bite(under, 'postgres-cut@records', { proofMaxMs: 300 })).toEqual({
      bit: false,
      proof: 'of 0 connections to PostgreSQL 0 are gone',
    });
    app = new pg.Pool(asApp('clinic'));
  });

  it('locks a table, and lets it go', async () => {
    const looking = looksUntil(app);
    const evidence = await bite(under, 'postgres-lock@records');
    expect(evidence).toMatchObject({ bit: true, proof: expect.stringMatching(/1 of .* waited for public.visits/) });
    await looking.stop();
    expect((await app.query('SELECT * FROM visits')).rows).toEqual([]);
  });

  it('holds nothing that the server would not end by itself', async () => {
    const { records } = under.systems;
    const client = connectPostgres(postgresSchema.parse(records));
    const mark = 'crosstalk-0123456789ab';
    const query = await client.hold(mark);
    const bounds = `SELECT current_setting('idle_session_timeout') AS "idle",
      current_setting('idle_in_transaction_session_timeout') AS "open"`;
    expect(await query(bounds)).toEqual([{ idle: '1min', open: '1min' }]);
    await connectPostgres(postgresSchema.parse(records)).release(mark);
    await expect.poll(() => client.held(mark)).toEqual([]);
    await client.release(mark);
    await expect(client.hold(mark)).rejects.toThrow(/healed before it was injected/);
  });

  it('is no proof when nobody wants the table', async () => {
    expect(await bite(under, 'postgres-lock@records', { proofMaxMs: 300 })).toEqual({
      bit: false,
      proof: 'public.visits was locked, but nobody waited for it',
    });
  });

  it('has no connection left, and has them again', async () => {
    const evidence = await bite(under, 'postgres-exhaust@records', {
      meanwhile: async () => {
        await expect(newConnection(asApp('clinic'))).rejects.toMatchObject({ code: '53300' });
        // What is kept for its administrators is theirs.
        expect(await pidOf(server.root)).toBeGreaterThan(0);
      },
    });
    expect(evidence).toMatchObject({
      bit: true,
      proof: expect.stringContaining(`of the ${roomCount} connections that PostgreSQL has for everybody ${roomCount}`),
    });
    await newConnection(asApp('clinic'));
  });

  it('is no proof when the harness itself may open a few only', async () => {
    await server.root.query('ALTER ROLE harness CONNECTION LIMIT 4');
    try {
      const evidence = await bite(under, 'postgres-exhaust@records', { proofMaxMs: 300 });
      expect(evidence).toMatchObject({ bit: false, proof: expect.stringContaining('4 by this fault') });
    } finally {
      await server.root.query('ALTER ROLE harness CONNECTION LIMIT -1');
    }
  });

  it.each([null, 'off'])('is read only for the deployment, and then %s as before', async (value) => {
    const change =
      value === null ? 'RESET default_transaction_read_only' : `SET default_transaction_read_only = ${value}`;
    await server.root.query(`ALTER ROLE app IN DATABASE postgres ${change}`);
    await server.root.query(`ALTER ROLE app IN DATABASE postgres SET work_mem = '5MB'`);
    const before = await settings();
    const looking = looksUntil(app);
    const evidence = await bite(under, 'postgres-readonly@records', {
      meanwhile: async () => {
        await expect(app.query('INSERT INTO visits VALUES (1)')).rejects.toMatchObject({ code: '25006' });
      },
    });
    await looking.stop();
    expect(evidence).toMatchObject({ bit: true, proof: expect.stringContaining('sessions began so') });
    expect(await settings()).toEqual(before);
    await writes(app);
  });

  it('is not made read only twice', async () => {
    await server.root.query('ALTER ROLE app IN DATABASE postgres SET default_transaction_read_only = true');
    await expect(bite(under, 'postgres-readonly@records')).rejects.toThrow(/read only already/);
    await server.root.query('ALTER ROLE app IN DATABASE postgres RESET default_transaction_read_only');
  });

  it('is no proof when nobody signs in while it is read only', async () => {
    expect(await bite(under, 'postgres-readonly@records', { proofMaxMs: 300 })).toEqual({
      bit: false,
      proof: 'the role app was read only, but did not sign in anew',
    });
  });

  it.each(faults)('%s is healed after the harness was killed', async (kind) => {
    const before = await settings();
    const looking = looksUntil(app);
    await healAfterKill(under, `${kind}@records`, async () => {
      if (kind !== 'postgres-readonly') return;
      await expect.poll(() => app.query('DELETE FROM visits').catch((error) => error.code)).toBe('25006');
    });
    await looking.stop();
    expect(await settings()).toEqual(before);
    await writes(app);
    await newConnection(asApp('clinic'));
  });

  it('says what is wrong', async () => {
    const reach = (change: object): Promise<void> | undefined =>
      connectSystems(systemsSchema.parse({ records: { ...under.systems.records, ...change } })).records?.client.reach();
    const cutOnly = { faults: ['postgres-cut'], lockTable: undefined };
    await expect(reach({ url: 'postgres://127.0.0.1:1/postgres' })).rejects.toThrow(/lets nobody in: .*ECONNREFUSED/);
    await expect(reach({ url: 'postgres://localhost:1/postgres' })).rejects.toThrow(/ECONNREFUSED/);
    await expect(reach({ passwordEnv: undefined })).rejects.toThrow(/name its environment variable as passwordEnv/);
    await expect(reach({ passwordEnv: 'PATH' })).rejects.toThrow(/password authentication failed/);
    await expect(reach({ role: 'ap' })).rejects.toThrow(/knows no role "ap"/);
    await expect(reach({ role: 'root', ...cutOnly })).rejects.toThrow(/"root" is a superuser and "harness" is not/);
    await expect(reach({ role: 'pg_monitor', ...cutOnly })).rejects.toThrow(/GRANT "pg_monitor" TO "harness"/);
    await expect(reach({ lockTable: 'public.visit' })).rejects.toThrow(/no table public.visit/);
    expect(() => reach({ userEnv: 'NOT_SET_ANYWHERE' })).toThrow(/NOT_SET_ANYWHERE, which is not set/);
    expect(() => reach({ url: 'postgres://app:secret@127.0.0.1/postgres' })).toThrow(/must hold no user and password/);
    expect(() => reach({ url: 'postgres://127.0.0.1' })).toThrow(/must name the database/);
    expect(() => reach({ lockTable: undefined })).toThrow(/postgres-lock needs the table/);
    expect(() => reach({ faults: ['postgres-ct'] })).toThrow(/postgres-cut/);
  });
});

/** A deployment that goes on looking at its table, whatever comes back. */
function looksUntil(pool: pg.Pool): { stop(): Promise<void> } {
  let goesOn = true;
  const all = (async () => {
    while (goesOn) {
      await pool.query('SELECT * FROM visits').catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    async stop() {
      goesOn = false;
      await all;
    },
  };
}

async function newConnection(config: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(config);
  await client.connect();
  await client.end();
}

async function writes(pool: pg.Pool): Promise<void> {
  await expect
    .poll(() =>
      pool.query('DELETE FROM visits').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
}
