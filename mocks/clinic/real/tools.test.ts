import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTools, type Machine } from './tools.ts';
import { pinnedVersion } from './toxiproxy-binary.ts';

let root = '';
let ran: string[] = [];
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'crosstalk-tools-'));
  ran = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(...names: string[]): string {
  const file = path.join(root, ...names);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}

function machine(versions: Readonly<Record<string, string>> = {}): Machine {
  const said: Record<string, string> = {
    postgres: 'postgres (PostgreSQL) 15.9 (Debian 15.9-0)',
    'redis-server': 'Redis server v=7.0.15 sha=0 malloc=jemalloc-5.3.0 bits=64',
    nginx: 'nginx version: nginx/1.22.1',
    'toxiproxy-server': 'toxiproxy-server version 2.9.0',
    ...versions,
  };
  return {
    pathFolders: [path.join(root, 'bin')],
    serviceFolders: [path.join(root, 'sbin')],
    postgresReleases: path.join(root, 'postgresql'),
    cacheFolder: path.join(root, 'cache'),
    async run(command, args, _limitMs, env) {
      ran.push([path.basename(command), ...args].join(' '));
      if (args[0] === 'install') put(path.relative(root, env?.GOBIN ?? ''), 'server');
      return said[path.basename(command)] ?? '';
    },
  };
}

const putPostgres = (...folder: string[]): string[] =>
  ['postgres', 'initdb', 'pg_basebackup'].map((name) => put(...folder, name));

test('everything is found, the newest PostgreSQL and the service that is not on the PATH too', async () => {
  putPostgres('postgresql', '9', 'bin');
  putPostgres('postgresql', '15', 'bin');
  put('bin', 'redis-server');
  const nginx = put('sbin', 'nginx');
  put('bin', 'toxiproxy-server');
  const tools = await findTools(machine());
  expect(tools.postgres).toMatchObject({ version: '15.9', path: path.join(root, 'postgresql/15/bin/postgres') });
  expect(tools.nginx).toMatchObject({ version: '1.22.1', path: nginx });
  expect(tools.redis.version).toBe('7.0.15');
  expect(tools.toxiproxy).toMatchObject({ version: '2.9.0', origin: 'found on this machine' });
});

test('all that is missing is named at once, each with how to get it', async () => {
  const complaint = await findTools(machine()).catch((error: Error) => error);
  expect(complaint).toMatchObject({ name: 'OptionError' });
  const { message } = complaint as Error;
  for (const advice of [/PostgreSQL .*apt-get install postgresql/, /Redis .*redis-server/, /nginx .*nginx-light/])
    expect(message).toMatch(advice);
  expect(message).toMatch(/Toxiproxy .* no Go .*toxiproxy-server 2\.12\.0.*go\.dev/);
  expect(message).toMatch(/leave --topology out/);
});

test('a version that is too old, or none, is said with what was found', async () => {
  putPostgres('bin');
  put('bin', 'redis-server');
  put('bin', 'nginx');
  put('bin', 'toxiproxy-server');
  const old = machine({ postgres: 'postgres (PostgreSQL) 9.6.24', 'redis-server': 'hello' });
  await expect(findTools(old)).rejects.toThrow(/PostgreSQL at .* is 9\.6\.24, and 13 or later is needed/);
  await expect(findTools(old)).rejects.toThrow(/Redis at .* says no version \("hello"\)/);
});

test('Toxiproxy is built once by Go, and then taken from the cache', async () => {
  putPostgres('bin');
  for (const name of ['redis-server', 'nginx', 'go']) put('bin', name);
  const first = await findTools(machine());
  expect(first.toxiproxy).toMatchObject({ version: pinnedVersion, origin: 'built by Go now' });
  expect(first.toxiproxy.path).toBe(path.join(root, `cache/toxiproxy-v${pinnedVersion}/toxiproxy-server`));
  const builds = (): number => ran.filter((line) => line.startsWith('go install')).length;
  expect(builds()).toBe(1);
  expect((await findTools(machine())).toxiproxy.origin).toBe('built by Go before');
  expect(builds()).toBe(1);
});

test('a build that fails leaves nothing behind under the final name', async () => {
  putPostgres('bin');
  for (const name of ['redis-server', 'nginx', 'go']) put('bin', name);
  const broken: Machine = {
    ...machine(),
    run: async (command, args, ...rest) => {
      if (args[0] === 'install') throw new Error('no network');
      return machine().run(command, args, ...rest);
    },
  };
  await expect(findTools(broken)).rejects.toThrow(/"go install .*" failed \(no network\)/);
  await expect(findTools(broken)).rejects.toThrow(/no network/);
});
