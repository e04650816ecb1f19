import { createHash } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTruth, readTruth } from './truth.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstalk-truth-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function note(name: string, email: string, second: number): Promise<void> {
  await writeFile(join(folder, name), `${email}\n`);
  await utimes(join(folder, name), second, second);
}

test('media belong to whoever had their consultation when they came, also where its id was issued twice', async () => {
  await note('patient_a_a', 'a@example.test', 1);
  await note('consultation_c_a', 'a@example.test', 2);
  await note('media_hash1_c', '', 3);
  await note('consultation_c_b', 'b@example.test', 4);
  await note('media_hash2_c', '', 5);
  const lines = await readTruth(folder);
  expect(
    lines.filter(({ kind }) => kind === 'media').map(({ id, patientId, email }) => [id, patientId, email]),
  ).toEqual(
    expect.arrayContaining([
      ['hash1', 'a', 'a@example.test'],
      ['hash2', 'b', 'b@example.test'],
    ]),
  );
  expect(lines.filter(({ kind, id }) => kind === 'consultation' && id === 'c')).toHaveLength(2);
});

test('media is noted by its hash', async () => {
  await openTruth(folder).noteMedia('c', Buffer.from('video'));
  expect((await readTruth(folder)).map(({ id }) => id)).toEqual([createHash('sha256').update('video').digest('hex')]);
});

test('without a folder nothing is noted', async () => {
  await openTruth(null).noteMedia('c', new Uint8Array(1));
  expect(await readTruth(folder)).toEqual([]);
});
