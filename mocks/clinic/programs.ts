// Where the clinic's own folder is, and in it its processes as one file each: `start.js` made them.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const given = process.env.CROSSTALK_CLINIC_FOLDER;

/** Gone when the clinic is. */
export const clinicFolder = async (): Promise<string> =>
  given ?? (await mkdtemp(path.join(tmpdir(), 'crosstalk-clinic-')));

/** The file to run for a source file: its bundle, or itself where the clinic was begun from its sources. */
export function programOf(source: URL): string {
  const file = fileURLToPath(source);
  if (given === undefined) return file;
  return path.join(given, 'programs', path.relative(import.meta.dirname, file).replace(/\.ts$/, '.mjs'));
}
