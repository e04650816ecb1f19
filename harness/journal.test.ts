// The journal survives being cut off at any byte, tells a damaged line apart from a torn one, and keeps no secret.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { journalFileName, openJournal, readJournal } from './journal.ts';

const levers = { name: 'clinic', adminUrl: 'http://127.0.0.1:4000/' };
let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crosstalk-journal-'));
  path = join(folder, journalFileName);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const statesOf = async () => (await readJournal(path)).map(({ id, state }) => `${id} ${state}`);

async function writeThreeFaults(): Promise<void> {
  const journal = await openJournal(folder, levers);
  await journal.opening({ id: 'a', kind: 'cache-slow', memory: { hurtCount: 3 } });
  await journal.open('a');
  await Promise.all([
    journal.opening({ id: 'b', kind: 'instance-freeze', memory: { node: 'app-1 é' } }),
    journal.opening({ id: 'c', kind: 'cache-flush', memory: null }),
  ]);
  await journal.healed('a', 'by hand');
  await journal.open('b');
  await journal.close();
}

test('each line is on disk when its call resolves', async () => {
  const journal = await openJournal(folder, levers);
  await journal.opening({ id: 'a', kind: 'cache-slow', memory: { hurtCount: 3 } });
  expect(await readJournal(path)).toEqual([
    {
      id: 'a',
      kind: 'cache-slow',
      at: expect.any(Number),
      levers,
      memory: { hurtCount: 3 },
      state: 'opening',
      harness: { pid: process.pid, started: process.platform === 'linux' ? expect.any(String) : null },
    },
  ]);
  await journal.open('a');
  expect(await statesOf()).toEqual(['a open']);
  await journal.healed('a');
  expect(await statesOf()).toEqual(['a healed']);
  await journal.close();
});

test('no journal means no faults', async () => {
  expect(await readJournal(path)).toEqual([]);
});

test('cut off anywhere, it reads as what was acknowledged before, and takes new lines', async () => {
  await writeThreeFaults();
  const whole = await readFile(path);
  const lineEnds = [...whole.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1);
  expect(lineEnds).toHaveLength(6);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (bytesLeft) => {
      const acknowledged = lineEnds.filter((end) => end <= bytesLeft).at(-1) ?? 0;
      await writeFile(path, whole.subarray(0, acknowledged));
      const expected = await statesOf();
      await writeFile(path, whole.subarray(0, bytesLeft));
      expect(await statesOf()).toEqual(expected);

      const journal = await openJournal(folder, levers);
      await journal.opening({ id: 'later', kind: 'none', memory: null });
      await journal.close();
      expect(await statesOf()).toEqual([...expected, 'later opening']);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['not JSON', '{"v":1,"state":"op'],
  ['of an unknown shape', '{"v":2,"state":"opening","id":"x"}'],
  ['about a fault never opened', '{"v":1,"state":"healed","id":"x","at":1}'],
  ['empty', ''],
])('a line in the middle that is %s is named with file and number', async (_what, line) => {
  await writeThreeFaults();
  await appendFile(path, `${line}\n`);
  await appendFile(path, '{"v":1,"state":"healed","id":"b","at":1}\n');
  await expect(readJournal(path)).rejects.toThrow(`${path}:7 is damaged`);
});

test('credentials in the address stay out of the file', async () => {
  const journal = await openJournal(folder, {
    name: 'clinic',
    adminUrl: 'http://me:hunter2@127.0.0.1:4000/?key=hunter2',
  });
  await journal.opening({ id: 'a', kind: 'none', memory: null });
  await journal.close();
  expect(await readFile(path, 'utf8')).not.toContain('hunter2');
});
