// A digest of the program itself, so that a finished trial is taken over only if the very same program would repeat it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folders = ['fixtures', 'harness', 'mocks', 'scenarios'] as const;
const root = path.resolve(import.meta.dirname, '../..');

/** Tests and reports change nothing that a trial shows. */
export function digestOfSources(): string {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  for (const file of folders.flatMap(sourcesIn)) hash.update(file).update(readFileSync(path.join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

const sourcesIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => path.join(folder, file))
    .sort();

/** As the package names it. */
export const releaseOf = (): string =>
  (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version;
