// Finds and loads the drill's file: `crosstalk.config.ts`, or the one named by `--config`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DrillInput } from '../drill.ts';
import { Problem } from './problem.ts';

const usual = ['crosstalk.config.ts', 'crosstalk.config.js', 'crosstalk.config.mjs'];

/** The config as written, or null where there is none and none was named. */
export async function loadConfig(named: string | undefined): Promise<{ drill: DrillInput; file: string } | null> {
  const file = named ?? usual.find((name) => existsSync(name));
  if (file === undefined) return null;
  const full = path.resolve(file);
  if (!existsSync(full)) throw new Problem(`there is no config file ${full}`);
  let exported: { default?: unknown };
  try {
    exported = (await import(pathToFileURL(full).href)) as { default?: unknown };
  } catch (error) {
    throw new Problem(`${full} can't be loaded: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof exported.default !== 'object' || exported.default === null) {
    throw new Problem(`${full} must say \`export default defineDrill({ … })\``);
  }
  return { drill: exported.default as DrillInput, file: full };
}
