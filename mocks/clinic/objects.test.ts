import { copyFile, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportKey, openObjectStore, recordingKey } from './objects.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'objects-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const id = '6f1f7c1e-8f0e-4c3b-9d52-2b8f3c0a1d11';

test('an object is there whole once it is put or derived, and leaves nothing else behind', async () => {
  const objects = await openObjectStore(folder);
  await objects.put(exportKey(id), Buffer.from('bytes'));
  expect(await objects.derive(exportKey(id), recordingKey(id), copyFile)).toBe(5);
  expect((await readdir(folder)).sort()).toEqual([exportKey(id), recordingKey(id)]);
  await expect(objects.derive(`incoming-${id}`, recordingKey(id), copyFile)).rejects.toThrow('ENOENT');
  await objects.remove(exportKey(id));
  await objects.remove(exportKey(id));
  expect(await readdir(folder)).toEqual([recordingKey(id)]);
});

test('no key leads out of the folder', async () => {
  const objects = await openObjectStore(folder);
  for (const key of ['../secret', 'recording-../../secret', 'recording-', `Recording-${id}`]) {
    expect(() => objects.pathOf(key)).toThrow('is no object key');
  }
});

test('only old ones of the kind are swept', async () => {
  const objects = await openObjectStore(folder);
  const other = '7f1f7c1e-8f0e-4c3b-9d52-2b8f3c0a1d11';
  for (const key of [exportKey(id), exportKey(other), recordingKey(id)]) await objects.put(key, Buffer.from('bytes'));
  const longAgo = new Date(Date.now() - 10_000);
  for (const key of [exportKey(id), recordingKey(id)]) await utimes(join(folder, key), longAgo, longAgo);
  await objects.removeOlder('export', 5_000);
  expect((await readdir(folder)).sort()).toEqual([exportKey(other), recordingKey(id)].sort());
});
