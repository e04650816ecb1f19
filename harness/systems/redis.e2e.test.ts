// Redis's faults on a real Redis.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import { connectSystems, systemsSchema } from './index.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest, untilReached } from './system-under-test.ts';

const password = 'not-much-of-a-secret';
const faults = ['redis-flush', 'redis-cut', 'redis-pause', 'redis-squeeze'];

describe('redis', () => {
  let folder = '';
  let server: ChildProcess;
  let app: ReturnType<typeof openApp>;
  let under: SystemUnderTest;
  let port = 0;

  /** What stands in for the deployment: keeps a connection, and opens it again. */
  function openApp() {
    const client = createClient({ url: `redis://127.0.0.1:${port}/3`, password, socket: { reconnectStrategy: 50 } });
    client.on('error', () => {});
    return client;
  }
  const fill = async (): Promise<void> => {
    await Promise.all(Array.from({ length: 200 }, (_, index) => app.set(`entry-${index}`, 'x'.repeat(5_000))));
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'redis-'));
    port = await freePort();
    process.env.REDIS_UNDER_TEST_PASSWORD = password;
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
    server = spawn('redis-server', [...args, '--requirepass', password], { stdio: 'ignore' });
    under = systemUnderTest({
      sessions: {
        use: 'redis',
        url: `redis://127.0.0.1:${port}/3`,
        passwordEnv: 'REDIS_UNDER_TEST_PASSWORD',
        faults,
      },
    });
    await untilReached(under);
    app = openApp();
    await app.connect();
  });
  afterAll(async () => {
    app?.destroy();
    server?.kill('SIGKILL');
    if (server) await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
    delete process.env.REDIS_UNDER_TEST_PASSWORD;
  });

  it('is emptied', async () => {
    await fill();
    expect(await bite(under, 'redis-flush@sessions')).toEqual({
      bit: true,
      proof: 'Redis was emptied; it had held 200 entries',
    });
    expect(await app.dbSize()).toBe(0);
  });

  it('is no proof when there was nothing in it', async () => {
    await app.flushDb();
    expect(await bite(under, 'redis-flush@sessions', { proofMaxMs: 500 })).toMatchObject({ bit: false });
  });

  it('loses its connections, and gets them back', async () => {
    await app.ping();
    const id = await app.sendCommand(['CLIENT', 'ID']);
    expect(await bite(under, 'redis-cut@sessions')).toMatchObject({
      bit: true,
      proof: expect.stringContaining('gone'),
    });
    await expect.poll(() => app.sendCommand(['CLIENT', 'ID']).catch(() => id)).not.toBe(id);
  });

  it('answers nobody for a while', async () => {
    const evidence = await bite(under, 'redis-pause@sessions');
    expect(evidence).toMatchObject({ bit: true, proof: expect.stringContaining('PING unanswered') });
    expect(await app.ping()).toBe('PONG');
  });

  it('throws entries out, and has its room again', async () => {
    await fill();
    const before = await app.configGet(['maxmemory', 'maxmemory-policy']);
    expect(await bite(under, 'redis-squeeze@sessions', { meanwhile: fill })).toMatchObject({ bit: true });
    expect(await app.configGet(['maxmemory', 'maxmemory-policy'])).toEqual(before);
  });

  it.each(faults)('%s is healed after the harness was killed', async (kind) => {
    await fill();
    const before = await app.configGet(['maxmemory', 'maxmemory-policy']);
    await healAfterKill(under, `${kind}@sessions`);
    expect(await app.ping()).toBe('PONG');
    expect(await app.configGet(['maxmemory', 'maxmemory-policy'])).toEqual(before);
  });

  it('says what is wrong', async () => {
    const reach = (change: object): Promise<void> | undefined =>
      connectSystems(
        systemsSchema.parse({ sessions: { ...under.systems.sessions, ...change } }),
      ).sessions?.client.reach();
    await expect(reach({ url: `redis://127.0.0.1:${await freePort()}` })).rejects.toThrow(
      /can't be used.*ECONNREFUSED/,
    );
    await expect(reach({ passwordEnv: undefined })).rejects.toThrow(/NOAUTH/);
    expect(() => reach({ passwordEnv: 'NOT_SET_ANYWHERE' })).toThrow(/NOT_SET_ANYWHERE, which is not set/);
    expect(() => reach({ url: 'redis://:secret@127.0.0.1' })).toThrow(/must hold no user and password/);
    expect(() => reach({ faults: ['redis-flsh'] })).toThrow(/redis-flush/);
  });
});
