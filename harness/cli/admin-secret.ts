// The administrator's secret: from a file that only its owner may read, or from the environment, and from nowhere else, for a
// command line is everybody's to read and a drill's file is in a repository.
import path from 'node:path';
import { Problem } from './problem.ts';
import { readSecretFile } from './secret-file.ts';

const fileBytesMax = 65_536;

export interface SecretPlace {
  readonly adminSecretFile?: string | undefined;
  readonly adminSecretEnv: string;
}

/** The file wins. Undefined where neither is given. */
export function adminSecretOf({ adminSecretFile, adminSecretEnv }: SecretPlace): string | undefined {
  if (adminSecretFile === undefined) return process.env[adminSecretEnv];
  const secret = readSecretFile(adminSecretFile, "the administrator's secret", fileBytesMax).trim();
  if (secret !== '') return secret;
  throw new Problem(
    `${path.resolve(adminSecretFile)} is empty; it should hold the administrator's secret and nothing else`,
  );
}
