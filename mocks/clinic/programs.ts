// The clinic's processes as one file each. Loading a hundred modules one by one costs a process a second or more of a core, and a clinic is seven of
// them, started anew in every roll-out: so they are bundled once for each clinic, from the sources as they are now.
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const here = import.meta.dirname;
const sources = [
  'app.ts',
  'cache-server.ts',
  'edge.ts',
  'keeper.ts',
  'mail-server.ts',
  'real/tap.ts',
  'real/warden.ts',
];

/** By source, once they are made. */
const bundled = new Map<string, string>();

/** The file to run for a source file: its bundle, or itself where none was made. */
export const programOf = (source: URL): string => bundled.get(fileURLToPath(source)) ?? fileURLToPath(source);

/** `folder` must exist, and outlive them. */
export async function makePrograms(folder: string): Promise<void> {
  // What is not bundled is found from where the bundles lie.
  await symlink(packagesFolder(), path.join(folder, 'node_modules'), 'junction');
  await build({
    entryPoints: sources.map((source) => path.join(here, source)),
    outdir: folder,
    outbase: here,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [ownAddress],
    logLevel: 'silent',
  });
  for (const source of sources)
    bundled.set(path.join(here, source), path.join(folder, source.replace(/\.ts$/, '.mjs')));
}

/** The nearest that has what the clinic needs: this project's own, or that of the project in which it is installed. */
function packagesFolder(): string {
  for (let folder = here; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const packages = path.join(folder, 'node_modules');
    if (existsSync(path.join(packages, 'pg'))) return packages;
  }
  throw new Error(`no folder above ${here} has node_modules with pg: run npm ci there`);
}

/** A module that asks where it lies (for an asset beside it) is told where its source lies. */
const ownAddress: Plugin = {
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
