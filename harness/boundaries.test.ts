// Who may import whom, type imports included: the folders' independence is what lets the judge be trusted (the stand-in must
// not share a mistake with it) and what lets k6 run the parts that import nothing of Node.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file).replaceAll('\\', '/'));
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
  const dynamic = [...text.matchAll(/import\(\s*'([^']+)'\s*\)/g)].map((match) => match[1] ?? '');
  const bare = [...text.matchAll(/(?:^|\n)import\s+'([^']+)'/g)].map((match) => match[1] ?? '');
  return [...specifiers, ...dynamic, ...bare];
}

function resolved(file: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return path.relative(root, path.resolve(root, path.dirname(file), specifier)).replaceAll('\\', '/');
}

/** What each folder may import of the others; the most specific rule holds. */
const allowed: readonly { readonly of: string; readonly may: readonly RegExp[] }[] = [
  { of: 'harness/cli/', may: [/^(fixtures|scenarios|harness|reports)\//] },
  // Like the command line: it starts the clinic as a process, and is what others' suites import.
  { of: 'harness/playwright/', may: [/^(fixtures|harness)\//] },
  { of: 'harness/', may: [/^(fixtures|harness)\//] },
  { of: 'fixtures/', may: [/^fixtures\//] },
  // What all scenarios must keep shows only once they are planned.
  { of: 'scenarios/scenarios.test.ts', may: [/^(fixtures|scenarios)\//, /^harness\/plan(ner)?\.ts$/] },
  // They meet the whole, as a user's browser does.
  { of: 'scenarios/browser/', may: [/^(fixtures|scenarios|harness|reports)\//] },
  { of: 'scenarios/', may: [/^(fixtures|scenarios)\//, /^harness\/plan\.ts$/] },
  {
    of: 'reports/',
    may: [
      /^(fixtures|reports)\//,
      /^harness\/(verdict|report|history|fingerprint|wording|incident\/incident|containment\/report|calibration\/calibration)\.ts$/,
    ],
  },
  { of: 'mocks/', may: [/^(fixtures|mocks)\//] },
];

const files = ['fixtures', 'harness', 'scenarios', 'reports', 'mocks'].flatMap(sources);

/** Tests that start the whole may meet the whole: they stand where the command line stands. */
const isEndToEnd = (file: string): boolean => file.endsWith('.e2e.test.ts');

describe('boundaries', () => {
  it('reads enough files to mean something', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(importsOf('harness/cli/conduct.ts')).toContain('../run.ts');
  });

  it.each(files)('%s imports only what its folder may', (file) => {
    const rule = allowed.find(({ of }) => file.startsWith(of));
    const crossing = importsOf(file)
      .map((specifier) => resolved(file, specifier))
      .filter((target): target is string => target !== null)
      .filter((target) => !isEndToEnd(file) && !rule?.may.some((pattern) => pattern.test(target)));
    expect(crossing).toEqual([]);
  });

  it('keeps Node out of everything that k6 bundles', () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const specifier of importsOf(file)) {
        expect(`${file} imports ${specifier}`).not.toMatch(/imports node:/);
        const target = resolved(file, specifier);
        if (target) visit(target);
      }
    };
    for (const entry of [
      'harness/drivers/perform.ts',
      'harness/planner.ts',
      'harness/targets/clinic.ts',
      'harness/logins/form-login.ts',
      'harness/logins/json-login.ts',
      'harness/logins/oauth-code.ts',
      'harness/logins/client-credentials.ts',
      'scenarios/index.ts',
    ])
      visit(entry);
    expect(seen.size).toBeGreaterThan(15);
  });
});
