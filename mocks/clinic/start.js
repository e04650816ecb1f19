// Where a clinic begins: its processes, the supervisor first, are bundled as one file each (docs/decisions/2026-11-26-one-file-a-process.md)
// into the clinic's own folder, and the supervisor goes on in this very process. Plain JavaScript, for nothing has been translated yet.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

const here = import.meta.dirname;
const sources = [
  'main.ts',
  'app.ts',
  'cache-server.ts',
  'edge.ts',
  'keeper.ts',
  'mail-server.ts',
  'real/tap.ts',
  'real/warden.ts',
];

/** The nearest that has what the clinic needs: this project's own, or that of the project in which it is installed. */
function packagesFolder() {
  for (let folder = here; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const packages = path.join(folder, 'node_modules');
    if (existsSync(path.join(packages, 'pg'))) return packages;
  }
  throw new Error(`no folder above ${here} has node_modules with pg: run npm ci there`);
}

/** A module that asks where it lies (for an asset beside it) is told where its source lies. @type {import('esbuild').Plugin} */
const ownAddress = {
  name: 'own-address',
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href))
        .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file)));
      return { contents, loader: 'ts' };
    });
  },
};

/** @param {string} folder into which they go */
async function makePrograms(folder) {
  mkdirSync(folder);
  // What is not bundled is found from where the bundles lie.
  symlinkSync(packagesFolder(), path.join(folder, 'node_modules'), 'junction');
  await build({
    entryPoints: sources.map((source) => path.join(here, source)),
    outdir: folder,
    outbase: here,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported when it is wanted stays apart, and unread until then.
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [ownAddress],
    logLevel: 'silent',
  });
  await stop();
}

const rootDir = mkdtempSync(path.join(tmpdir(), 'crosstalk-clinic-'));
const remove = () => rmSync(rootDir, { recursive: true, force: true });
const leave = () => process.exit(1);
process.once('exit', remove);
process.once('SIGTERM', leave);
process.once('SIGINT', leave);
const programsDir = path.join(rootDir, 'programs');
await makePrograms(programsDir);
process.off('SIGTERM', leave);
process.off('SIGINT', leave);
process.env.CROSSTALK_CLINIC_FOLDER = rootDir;
await import(pathToFileURL(path.join(programsDir, 'main.mjs')).href);
