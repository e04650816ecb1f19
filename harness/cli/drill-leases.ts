// The accounts that a drill lists for its patients, read from a file or from the environment, where the adapter can't make any.
import path from 'node:path';
import { type Drill, isLeased } from '../drill.ts';
import { type Leases, readLeases } from '../people/leases.ts';
import type { Target } from '../targets/target.ts';
import { Problem } from './problem.ts';
import { readSecretFile } from './secret-file.ts';

const fileBytesMax = 67_108_864;
const what = "the drill's accounts";

/** Where the adapter makes accounts, a list of them would not be looked at; where it does not, there must be one. */
export function leasesOf({ target }: Drill, { name, enrolment }: Target): Leases | null {
  const { accounts, accountsEnv } = target;
  if (enrolment.by !== 'patients') {
    if (!isLeased(target)) return null;
    throw new Problem(
      `the adapter ${name} makes its accounts by an administrator's hand, so the drill's list of accounts would not be used: leave it out, or give the adapter an enrolment by patients`,
    );
  }
  if (!isLeased(target)) {
    if (enrolment.signUp !== undefined) return null;
    throw new Problem(
      `the adapter ${name} can't make accounts (its enrolment has no signUp), so the drill must list some that exist: target.accounts, the path of a CSV file, or target.accountsEnv, the name of an environment variable with the same`,
    );
  }
  const source = accounts === undefined ? `the variable ${accountsEnv}` : path.resolve(accounts);
  try {
    return readLeases(
      accounts === undefined ? fromEnvironment(accountsEnv ?? '') : readSecretFile(source, what, fileBytesMax),
      source,
    );
  } catch (error) {
    throw new Problem(error instanceof Error ? error.message : String(error));
  }
}

function fromEnvironment(name: string): string {
  const text = process.env[name];
  if (text) return text;
  throw new Error(`the variable ${name}, which should hold the accounts as CSV, is not set`);
}
