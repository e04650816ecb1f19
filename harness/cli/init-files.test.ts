// All files or none; and which headers of a first answer are taken to tell who gave it.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importedFrom, writeAll } from './init-files.ts';
import { tellingHeaders } from './init-probe.ts';

describe('writing several files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const at = (...names: readonly string[]): string => path.join(folder, ...names);

  it('makes the folders that they need', () => {
    writeAll(at('new'), [{ name: 'a/b.txt', text: 'b' }], false);
    expect(readFileSync(at('new/a/b.txt'), 'utf8')).toBe('b');
  });

  it('replaces nothing unasked, and then writes none of them', () => {
    writeFileSync(at('there.txt'), 'mine');
    const files = [
      { name: 'new.txt', text: 'n' },
      { name: 'there.txt', text: 't' },
    ];
    expect(() => writeAll(folder, files, false)).toThrow(/has there\.txt already\. Nothing was written: say --force/);
    expect(readdirSync(folder)).toEqual(['there.txt']);
    writeAll(folder, files, true);
    expect(readFileSync(at('there.txt'), 'utf8')).toBe('t');
  });

  it('takes back what was written when a later one can’t be', () => {
    writeFileSync(at('file'), '');
    writeFileSync(at('old.txt'), 'old');
    const files = [
      { name: 'old.txt', text: 'new' },
      { name: 'deep/a.txt', text: 'a' },
      { name: 'file/b.txt', text: 'b' },
    ];
    expect(() => writeAll(folder, files, true)).toThrow(/can't be written to .*Nothing was written: name a folder/);
    expect(existsSync(at('deep'))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['file', 'old.txt']);
    expect(readFileSync(at('old.txt'), 'utf8')).toBe('old');
  });

  it('imports the package by its name where it is found, else by its path', () => {
    expect(importedFrom(import.meta.dirname, 'drill')).toBe('crosstalk/drill');
    expect(importedFrom(folder, 'target')).toMatch(/^\.\.\/.*\/harness\/targets\/target\.ts$/);
  });
});

describe('headers that tell who answered', () => {
  it.each([
    [
      ['X-Served-By', 'X-Cache', 'X-Request-Id', 'X-App-Version'],
      ['x-served-by', 'x-app-version', 'x-cache', 'x-request-id'],
    ],
    [
      ['x-clinic-node', 'cf-cache-status', 'cf-ray'],
      ['x-clinic-node', undefined, 'cf-cache-status', 'cf-ray'],
    ],
    [
      ['x-backend', 'x-release', 'x-correlation-id'],
      ['x-backend', 'x-release', undefined, 'x-correlation-id'],
    ],
    [['server', 'x-powered-by', 'x-aspnet-version', 'host', 'date', 'cache-control'], []],
  ])('of %j', (names, [node, version, cacheStatus, requestId]) => {
    expect(tellingHeaders(names)).toEqual(JSON.parse(JSON.stringify({ node, version, cacheStatus, requestId })));
  });
});
