import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256OfFile } from './file-hash.ts';
import { exportKey, openObjectStore, recordingKey } from './objects.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'objects-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha256 = (words: string): string => createHash('sha256').update(words).digest('hex');

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

test('what is open stays what it was, for its hash and for its bytes, whatever takes its place', async () => {
  const objects = await openObjectStore(folder);
  expect(await objects.open(recordingKey(id))).toBeUndefined();
  await objects.put(recordingKey(id), Buffer.from('the first'));
  const first = await objects.open(recordingKey(id));
  await objects.put(recordingKey(id), Buffer.from('another one'));
  const another = await objects.open(recordingKey(id));
  if (first === undefined || another === undefined) throw new Error('it is not there');
  expect(await sha256OfFile(first.handle)).toBe(sha256('the first'));
  expect(await sha256OfFile(another.handle)).toBe(sha256('another one'));
  expect(first.sizeBytes).toBe(9);
  expect(await text(first.handle.createReadStream({ start: 4, end: 8 }))).toBe('first');
  await another.handle.close();
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
