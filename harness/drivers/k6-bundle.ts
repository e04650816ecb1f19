// One script for k6 out of the adapter, the scenarios and the interpreter of plans: k6 knows neither npm packages nor paths
// of this project, and its JavaScript lacks `for await`.
import path from 'node:path';
import { build, type Plugin } from 'esbuild';

export interface K6BundleInput {
  /** Absolute path of a module that exports `target`. */
  readonly targetModule: string;
  /** Absolute path of a module that exports `scenarios`. */
  readonly scenariosModule: string;
  /** Absolute path of a module that exports `k6Script`; its absence means the driver's own. */
  readonly entryModule?: string;
  /** Absent: it is only looked at whether it can be done. */
  readonly outFile?: string;
}

const driverEntry = path.join(import.meta.dirname, 'k6-entry.ts');

/** Rejects with an Error that says which import k6 can't have. */
export async function bundleForK6(input: K6BundleInput): Promise<void> {
  try {
    await build({
      stdin: { contents: scriptOf(input), resolveDir: import.meta.dirname, sourcefile: 'k6-script.ts', loader: 'ts' },
      ...(input.outFile === undefined ? { write: false } : { outfile: input.outFile }),
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      supported: { 'for-await': false, 'async-generator': false },
      external: ['k6', 'k6/*'],
      plugins: [refuseNodeModules],
      // So that an error names the line of the adapter's own file.
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
    });
  } catch (error) {
    throw new Error(
      `the adapter ${input.targetModule} can't be bundled for k6: ${error instanceof Error ? error.message : error}. ` +
        'What runs in k6 can use npm packages, but nothing of Node; correct the import, or drive with --driver node',
    );
  }
}

function scriptOf({ targetModule, scenariosModule, entryModule = driverEntry }: K6BundleInput): string {
  return `import { target } from ${JSON.stringify(targetModule)};
import { scenarios } from ${JSON.stringify(scenariosModule)};
import { k6Script } from ${JSON.stringify(entryModule)};
const script = k6Script(target, scenarios);
export const options = script.options;
export const setup = script.setup;
export default script.perform;
`;
}

const refuseNodeModules: Plugin = {
  name: 'refuse-node-modules',
  setup(building) {
    building.onResolve({ filter: /^node:/ }, ({ path: name, importer }) => ({
      errors: [{ text: `${importer} imports ${name}, which k6 does not have` }],
    }));
  },
};
