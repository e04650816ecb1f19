// A function that never lets go of the process: broken off in a process of its own, for the test's must go on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const here = (file: string): string => JSON.stringify(pathToFileURL(path.join(import.meta.dirname, file)).href);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'watchdog-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What it printed, and its exit code. */
async function play(adapter: string, script: string): Promise<string> {
  writeFileSync(path.join(folder, 'my-adapter.ts'), adapter);
  writeFileSync(path.join(folder, 'script.mts'), script);
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), path.join(folder, 'script.mts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const [code] = await once(child, 'close');
  return `${printed}exit ${code}`;
}

const loops = `export const target = { name: 'x' };

export async function watch(wait: boolean) {
  if (wait) await new Promise((resolve) => setTimeout(resolve, 10));
  for (;;);
}`;

it('breaks a loop off, says where, and lets everything else go on', async () => {
  const printed = await play(
    loops,
    `import { watchdog } from ${here('watchdog.ts')};
import { outcomeOf } from ${here('../drivers/outcome.ts')};
const { watch } = await import(new URL('./my-adapter.ts', import.meta.url).href);
const source = { path: ${JSON.stringify(path.join(folder, 'my-adapter.ts'))}, places: {} };
const dog = watchdog(source, (problem) => console.log('bitten', problem), 1_500);
for (const wait of [false, true]) {
  const done = await outcomeOf(() => watch(wait) as never, { fn: 'watch', source, limitMs: 3_000 });
  console.log(done.facts.outcome, done.facts.detail);
}
await dog.stop();
console.log('went on');`,
  );
  expect(printed.match(/bitten watch \(my-adapter\.ts:5\): it held the process for more than 1500 ms/g)).toHaveLength(
    2,
  );
  expect(printed.match(/timeout watch \(my-adapter\.ts\): it had not come back after 3000 ms/g)).toHaveLength(2);
  expect(printed).toMatch(/went on\nexit 0$/);
});

it('leaves alone who lets go now and then', async () => {
  const printed = await play(
    '',
    `import { watchdog } from ${here('watchdog.ts')};
const dog = watchdog({ path: '/x', places: {} }, (problem) => console.log('bitten', problem), 3_000);
const endsAt = Date.now() + 8_000;
while (Date.now() < endsAt) {
  const until = Date.now() + 500;
  while (Date.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
await dog.stop();
console.log('went on');`,
  );
  expect(printed).toBe('went on\nexit 0');
});
