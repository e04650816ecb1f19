// As root in a folder that only root can enter, such as /root: PostgreSQL, which doesn't run as root, must be found all the same.
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asAdmin } from './database-levers.ts';
import { makePostgres, placeIn, startPostgres, stopPostgres } from './postgres-process.ts';
import { installedPostgres, reachablePostgres } from './postgres-programs.ts';

let rootDir = '';
let locked = '';
beforeAll(async () => {
  rootDir = await mkdtemp(join(tmpdir(), 'crosstalk-programs-'));
  await chmod(rootDir, 0o755);
  locked = await mkdtemp(join(tmpdir(), 'crosstalk-locked-'));
});
afterAll(async () => {
  for (const folder of [rootDir, locked]) await rm(folder, { recursive: true, force: true });
});

test.skipIf(process.getuid?.() !== 0)('a PostgreSQL in a folder of root alone is copied, and serves', async () => {
  const installed = join(locked, 'native');
  await cp(installedPostgres(), installed, { recursive: true, verbatimSymlinks: true });
  const programs = await reachablePostgres(rootDir, installed);
  expect(programs.postgres).toBe(join(rootDir, 'postgresql', 'bin', 'postgres'));
  const socketDir = join(rootDir, 'socket');
  await mkdir(socketDir);
  await chmod(socketDir, 0o777);
  const dataDir = join(rootDir, 'database');
  await makePostgres(programs, dataDir);
  await startPostgres(programs, { dataDir, socketDir });
  try {
    const { rows } = await asAdmin(placeIn(socketDir), (client) => client.query('select 1 as one'));
    expect(rows).toEqual([{ one: 1 }]);
  } finally {
    await stopPostgres(dataDir);
  }
});

test('one that can be reached where it is is run from there', async () => {
  const installed = join(rootDir, 'native');
  await cp(installedPostgres(), installed, { recursive: true, verbatimSymlinks: true });
  expect((await reachablePostgres(rootDir, installed)).postgres).toBe(join(installed, 'bin', 'postgres'));
});

test('where neither can be run, it is said what was tried and what to look at', async () => {
  const empty = join(rootDir, 'empty');
  await mkdir(empty);
  await expect(reachablePostgres(join(rootDir, 'other'), empty)).rejects.toThrow(/nor from a copy .*TMPDIR/s);
});
