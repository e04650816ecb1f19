// `npm pack` runs this: the package's `crosstalk/playwright` as plain JavaScript with its types, in `dist/`. Nobody's Playwright
// transpiles what lies in node_modules, and a loader registered from within could not serve a suite that is CommonJS.
// In this repository nothing is built: tsconfig's `paths` lead the same name to the sources.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
/** As deep as the sources are, so that what they find beside themselves and above is found from there too. */
const out = path.join(root, 'dist/playwright');

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
await build({
  entryPoints: [path.join(import.meta.dirname, 'index.ts')],
  outdir: out,
  bundle: true,
  // One copy of Playwright, which a suite may not load twice; the rest are dependencies of the package.
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
});
for (const file of ['in-page.js', 'in-page-storage.js', 'reader-worker.js'])
  copyFileSync(path.join(root, 'harness/eyes', file), path.join(out, file));

const compiler = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [compiler, '-p', path.join(import.meta.dirname, 'tsconfig.json')], { stdio: 'inherit' });
