// Adapters and levers that are wrong from the start: nothing is waited for without an end, and what is wrong is named.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Levers } from '../targets/levers.ts';
import { lookAtLevers } from './levers-look.ts';
import { importMaxMs, loadAdapter } from './load-adapter.ts';

const good = `name: 'x', actions: {},
  declares: { headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 },
  enrolment: { enrol() {}, addConsultation() {}, unenrol() {} }`;

describe('loadAdapter', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'adapters-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function adapter(name: string, text: string): string {
    const file = path.join(folder, `${name}.mjs`);
    writeFileSync(file, text);
    return file;
  }

  it('takes a right one, and fills in where it stands', async () => {
    const file = adapter('right', `export const target = { ${good} };`);
    expect((await loadAdapter(file)).target).toMatchObject({ name: 'x', source: { path: file } });
  });

  it.each([
    ['throws', '\n\nthrow new TypeError("no luck");', /can't be loaded: import \(throws\.mjs:3\): TypeError: no luck/],
    ['throws-nothing', 'throw undefined;', /import \(throws-nothing\.mjs\): threw undefined/],
    ['hangs', 'await new Promise(() => {});', /import \(hangs\.mjs\): its top level took longer than 300 ms/],
    ['empty', '', /must export `target`.*it exports: nothing/],
    ['text', 'export const target = "x";', /target: .*expected object/],
    [
      'typo',
      `export const target = { ${good}, actions: { watchh() {} } };`,
      /no action is called watchh; there are: .*watch/,
    ],
    ['data', `export const target = { ${good}, actions: { watch: 4 } };`, /target\.actions\.watch: must be a function/],
    ['bounds', `export const target = { ${good}, declares: { headers: {} } };`, /target\.declares\.signOutBoundMs/],
    [
      'rate',
      `export const target = { ${good.replace('headers: {}', 'headers: {}, rateLimit: { all: { requests: 2, perMs: 1, burst: 3 } }')} };`,
      /target\.declares\.rateLimit\.all: burst must be at most requests/,
    ],
    [
      'conflict',
      `export const target = { ${good.replace('headers: {}', 'headers: {}, conflictStatuses: [200]')} };`,
      /target\.declares\.conflictStatuses\.0/,
    ],
    [
      'nobody',
      `export const target = { ${good}, enrolment: { enrol() {} } };`,
      /enrolment: has no addConsultation, unenrol/,
    ],
    [
      'switches',
      `export const target = { ${good}, switches: { off: { claims: ['everything'], pull() {} } } };`,
      /target\.switches\.off\.claims\.0: .*\n.*target\.switches\.off\.release: must be a function/,
    ],
    ['levers', `export const target = { ${good} }; export const levers = 4;`, /levers that are no function/],
  ])('%s', async (name, text, message) => {
    // Only what never ends is to be given up soon: on a busy machine loading takes its time.
    const loading = loadAdapter(adapter(name, text), name === 'hangs' ? 300 : importMaxMs);
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toMatchObject({ name: 'Problem' });
  });

  it('levers that throw when they are asked for', async () => {
    const file = adapter(
      'no-levers',
      `export const target = { ${good} };\nexport const levers = () => { throw new Error('x'); };`,
    );
    const { levers } = await loadAdapter(file);
    expect(() => levers?.({ adminUrl: '', secret: undefined })).toThrow(/levers \(no-levers\.mjs:4\): x/);
  });
});

describe('lookAtLevers', () => {
  const source = { path: import.meta.filename, places: {} };
  const nodes = async () => [];

  it.each<[string, unknown, RegExp]>([
    ['none', undefined, /it returned no levers/],
    [
      'hangs',
      { nodes: () => new Promise(() => {}) },
      /levers\.nodes \(load-adapter\.test\.ts\): it took longer than 50 ms/,
    ],
    ['throws', { nodes: () => Promise.reject(new Error('503')) }, /levers\.nodes \(load-adapter\.test\.ts:\d+\): 503/],
    ['returns nothing', { nodes: async () => undefined }, /levers\.nodes.*in the wrong shape.*expected array/],
    ['names no version', { nodes: async () => [{ node: 'a' }] }, /levers\.nodes.*version/],
    [
      'hangs over what is missing',
      { nodes, missing: () => new Promise(() => {}) },
      /levers\.missing.*longer than 50 ms/,
    ],
  ])('%s', async (_, levers, message) => {
    await expect(lookAtLevers(levers as Levers, source, 50)).rejects.toThrow(message);
  });
});
