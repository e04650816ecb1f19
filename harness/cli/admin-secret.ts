// The administrator's secret: from a file that only its owner may read, or from the environment, and from nowhere else, for a
// command line is everybody's to read and a drill's file is in a repository.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.ts';

const fileBytesMax = 65_536;
const othersBits = 0o077;

export interface SecretPlace {
  readonly adminSecretFile?: string | undefined;
  readonly adminSecretEnv: string;
}

/** The file wins. Undefined where neither is given. */
export function adminSecretOf({ adminSecretFile, adminSecretEnv }: SecretPlace): string | undefined {
  if (adminSecretFile === undefined) return process.env[adminSecretEnv];
  const secret = readSecretFile(adminSecretFile, "the administrator's secret").trim();
  if (secret !== '') return secret;
  throw new Problem(
    `${path.resolve(adminSecretFile)} is empty; it should hold the administrator's secret and nothing else`,
  );
}

/** Throws a Problem where there is none, or where others may read it. */
export function readSecretFile(name: string, what: string): string {
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
