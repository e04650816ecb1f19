// Wrong adapters inside k6: what they do is bounded and named as with the node driver, with the line of the adapter's own file.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Operation } from '../history.ts';
import { target as right } from '../practice-scenario.ts';
import { type Drilled, drillPractice, type Practice, startPractice } from '../practice-under-test.ts';
import { prepareK6 } from './k6.ts';
import { findK6, type K6Binary } from './k6-binary.ts';

const practiceModule = path.resolve(import.meta.dirname, '../practice-scenario.ts');
let k6: K6Binary;
let practice: Practice;
let tempFolder: string;
let drilled: Drilled | undefined;

beforeAll(async () => {
  k6 = await findK6();
}, 900_000);
beforeEach(async () => {
  practice = await startPractice();
  tempFolder = await mkdtemp(path.join(os.tmpdir(), 'k6-bad-'));
});
afterEach(async () => {
  drilled?.remove();
  await practice.close();
  await rm(tempFolder, { recursive: true, force: true });
});

/** Only k6 plays the bent actions: line 3 and on of the file. */
async function drill(actions: string, memoryBytesMax?: number): Promise<Drilled> {
  const targetModule = path.join(tempFolder, 'bent-adapter.ts');
  await writeFile(
    targetModule,
    `import { get, target as right } from ${JSON.stringify(practiceModule)};\nconst bent = {\n${actions}\n};\nexport const target = { ...right, actions: { ...right.actions, ...bent } };\n`,
  );
  const source = { path: targetModule, places: { watch: 'bent-adapter.ts:3' } };
  drilled = await drillPractice(
    practice,
    { ...right, source },
    {
      durationMs: 1_500,
      driver: (input) =>
        prepareK6({
          ...input,
          k6,
          targetModule,
          scenariosModule: practiceModule,
          tempFolder,
          ...(memoryBytesMax !== undefined && { memoryBytesMax }),
        }),
    },
  );
  return drilled;
}

const detailsOf = ({ lines }: Drilled, action: string): (string | undefined)[] =>
  lines
    .filter((line): line is Operation => line.t === 'operation' && line.alarm !== true && line.action === action)
    .map(({ detail }) => detail);

it('what throws, returns the wrong shape or pages without an end is named with its line', async () => {
  const result = await drill(`  watch: async () => undefined,
  'who-am-i': async (session: any) => {
    const answer = await get(session, '/me');
    return (answer as any).no.such;
  },
  async 'sign-out'(session: any) {
    for (;;) await get(session, '/pages?after=0').catch(() => null);
  },`);
  expect(detailsOf(result, 'watch')[0]).toMatch(
    /^watch \(bent-adapter\.ts:3\): TypeError: the action must return .* it returned undefined/,
  );
  expect(detailsOf(result, 'who-am-i')[0]).toMatch(
    /^who-am-i \(bent-adapter\.ts:6\): TypeError: Cannot read property 'such'/,
  );
  expect(detailsOf(result, 'sign-out')[0]).toMatch(/^sign-out \(bent-adapter\.ts:9\): made 300 requests in one call/);
  expect(result.verdict.verdict).toBe('INCONCLUSIVE');
  expect(result.verdict.reasons.join('\n')).toContain("The adapter's watch never worked");
  expect(practice.people.size).toBe(0);
});

it('an answer without an end can’t fill the machine: k6 is killed, and people are removed', async () => {
  const result = await drill(
    "  watch: async (session: any) => { await get(session, '/endless', 'bytes'); return { outcome: 'ok' }; },",
    400 * 1_048_576,
  );
  expect(result.verdict.verdict).toBe('ERROR');
  expect(result.verdict.reasons[0]).toMatch(
    /load failed: k6 took more than 400 MiB of memory and was killed.*Drive with --driver node/,
  );
  expect(practice.people.size).toBe(0);
  expect(await readdir(tempFolder)).toEqual(['bent-adapter.ts']);
});
