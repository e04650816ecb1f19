import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from './database.ts';
import { openErasureLedger, reapplyErasures } from './erasure-ledger.ts';

const [first, second, third] = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-${digit.repeat(12)}`);
let folder: string;
let erased: string[] = [];
const database: Database = {
  async query<Row>(_statement: unknown, [ids]: readonly unknown[]) {
    erased.push(...(ids as string[]));
    return [] as Row[];
  },
  close: async () => {},
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstalk-ledger-'));
  erased = [];
});
afterEach(() => rm(folder, { recursive: true }));

test('everybody who was erased, by whichever process, is erased again, once each', async () => {
  const [one, other] = [openErasureLedger(folder), openErasureLedger(folder)];
  await Promise.all([one.record(first ?? ''), other.record(second ?? ''), one.record(third ?? '')]);
  await one.record((first ?? '').toUpperCase());
  await reapplyErasures(database, folder);
  expect(erased.sort()).toEqual([first, second, third]);
});

test('half a line of a process that was killed hides nobody', async () => {
  const ledger = openErasureLedger(folder);
  await ledger.record(first ?? '');
  await appendFile(join(folder, 'erasures.txt'), '\n22222222-11');
  await ledger.record(third ?? '');
  await reapplyErasures(database, folder);
  expect(erased).toEqual([first, third]);
});

test('nobody was ever erased', async () => {
  await reapplyErasures(database, folder);
  expect(erased).toEqual([]);
});

test('more than fit into one statement are erased in several', async () => {
  const ids = Array.from(
    { length: 501 },
    (_, index) => `${String(index).padStart(8, '0')}-1111-4111-8111-111111111111`,
  );
  await appendFile(join(folder, 'erasures.txt'), ids.join('\n'));
  await reapplyErasures(database, folder);
  expect(erased).toEqual(ids);
});
