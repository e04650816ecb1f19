// Files that hold secrets: read only where nobody but their owner may.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.ts';

const othersBits = 0o077;

/** `what` is in it, as messages call it. Throws a Problem where there is none, or where others may read it. */
export function readSecretFile(name: string, what: string, fileBytesMax: number): string {
  const file = path.resolve(name);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new Problem(`there is no file ${file}, where ${what} should be`);
  if (!stat.isFile() || stat.size > fileBytesMax)
    throw new Problem(`${file} is no file of at most ${fileBytesMax} bytes; it should hold ${what} and nothing else`);
  const mode = stat.mode & 0o777;
  if (process.platform !== 'win32' && (mode & othersBits) !== 0)
    throw new Problem(
      `${file} holds ${what}, and others may read or change it (mode ${mode.toString(8)}): run \`chmod 600 ${file}\``,
    );
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Problem(`${file}, where ${what} should be, can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
