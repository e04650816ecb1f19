// Accounts that exist already, leased to the drill's patients: the n-th row is always the same patient, in every run, so that what
// an earlier run left in an account is known for that account's own. Each half of a household holds one row, whichever of its four acts.
import { parse } from 'csv-parse/sync';
import { halfHouseholdOf } from '../../fixtures/cohort.ts';
import type { PatientIndex } from '../../fixtures/domain.ts';
import type { Account } from '../targets/target.ts';

export interface Leases {
  readonly count: number;
  /** Throws for a patient to whom no row is leased. */
  accountOf(patient: PatientIndex): Account;
}

const rowsMin = 2;
const rowsMax = 40_000;

/**
 * From CSV (RFC 4180) with a header line; each column is a field of the account, under its name. Throws an Error that names `source`
 * and the line, and quotes no value: they are secrets.
 */
export function readLeases(csv: string, source: string): Leases {
  const rows = rowsOf(csv, source);
  if (rows.length < rowsMin)
    throw new Error(
      `${source} has ${rows.length} accounts; at least ${rowsMin} are needed, for a leak is what one shows of another. Add lines below the header`,
    );
  if (rows.length > rowsMax) throw new Error(`${source} has more than ${rowsMax.toLocaleString('en')} accounts`);
  requireDistinct(rows, source);
  return {
    count: rows.length,
    accountOf(patient) {
      const account = rows[halfHouseholdOf(patient)];
      if (account === undefined) throw new Error(`no account of ${source} is leased to patient ${patient}`);
      return account;
    },
  };
}

function rowsOf(csv: string, source: string): Account[] {
  try {
    return parse(csv, { columns: true, bom: true, trim: true, skip_empty_lines: true }) as Account[];
  } catch (error) {
    const { code, lines } = error as { code?: string; lines?: number };
    throw new Error(
      `${source} can't be read as CSV${lines === undefined ? '' : `, line ${lines}`} (${code ?? 'unknown problem'}): a header line with the names of the account's fields, then one account a line`,
    );
  }
}

/** The first column says which account it is. */
function requireDistinct(rows: readonly Account[], source: string): void {
  const [name = ''] = Object.keys(rows[0] ?? {});
  const seen = new Map<string | undefined, number>();
  for (const [index, row] of rows.entries()) {
    const first = seen.get(row[name]);
    if (first !== undefined)
      throw new Error(
        `${source}: accounts ${first + 1} and ${index + 1} have the same ${name}; two patients in one account would look like a leak to each other`,
      );
    seen.set(row[name], index);
  }
}
