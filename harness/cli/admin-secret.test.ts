import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminSecretOf } from './admin-secret.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'secret-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function secretIn(name: string, text: string, mode: number): string | undefined {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return adminSecretOf({ adminSecretFile: file, adminSecretEnv: 'PATH' });
}

it('comes from the file without the end of its line, and the file wins', () => {
  expect(secretIn('right', 'from the file\n', 0o600)).toBe('from the file');
  expect(secretIn('read-only', 'from the file', 0o400)).toBe('from the file');
});

it('comes from the environment where no file is named', () => {
  expect(adminSecretOf({ adminSecretEnv: 'PATH' })).toBe(process.env.PATH);
  expect(adminSecretOf({ adminSecretEnv: 'NO_SUCH_VARIABLE_HERE' })).toBeUndefined();
});

it.each([
  ['group', 'x', 0o640, /others may read or change it \(mode 640\): run `chmod 600 .*group`/],
  ['world', 'x', 0o604, /mode 604/],
  ['empty', ' \n', 0o600, /is empty; it should hold the administrator's secret/],
  ['huge', 'x'.repeat(70_000), 0o600, /no file of at most 65536 bytes/],
])('refuses one that is %s', (name, text, mode, message) => {
  expect(() => secretIn(name, text, mode)).toThrow(message);
});

it('says where there is none', () => {
  const absent = { adminSecretFile: path.join(folder, 'absent'), adminSecretEnv: 'PATH' };
  expect(() => adminSecretOf(absent)).toThrow(/there is no file .*absent, where the administrator's secret should be/);
  expect(() => adminSecretOf({ ...absent, adminSecretFile: folder })).toThrow(/is no file/);
});
