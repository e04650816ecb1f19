// Whom a run made on the target, on disk before the next is made, and gone once all are removed: what is still there belongs
// to a run that died. Accounts are written without their secrets.
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { clinicianIndex } from '../../fixtures/cohort.ts';
import { type ClinicianIndex, type PatientIndex, patientIndex } from '../../fixtures/domain.ts';
import { isAlive, lookAtProcess } from '../faults/process.ts';
import { isSecretName } from '../secrets.ts';
import type { Account } from '../targets/target.ts';

export interface Removals {
  /** About to be: whoever dies meanwhile can't know whether it came about. */
  removing(patient: PatientIndex): void;
  /** It did not come about. */
  stays(patient: PatientIndex): void;
  removed(patient: PatientIndex): void;
  /** Everybody has been removed. */
  done(): void;
}

export interface PeopleJournal extends Removals {
  /** `password`: which of the account's fields hold it is written, and not the password. `erases`: in the load they are to erase the account themselves. */
  made(patient: PatientIndex, account: Account, password: string, erases: boolean): void;
  madeClinician(clinician: ClinicianIndex, account: Account): void;
}

const headSchema = z.object({ pid: z.number().int(), started: z.string().nullable() });
const account = z.record(z.string(), z.string());
const madeSchema = z.union([
  z.object({
    patient: z.number().int().transform(patientIndex),
    account,
    passwordIn: z.array(z.string()).optional(),
    erases: z.literal(true).optional(),
  }),
  z.object({ clinician: z.number().int().transform(clinicianIndex), account }),
  z.object({ removing: z.number().int().transform(patientIndex) }),
  z.object({ stays: z.number().int().transform(patientIndex) }),
  z.object({ removed: z.number().int().transform(patientIndex) }),
]);

export interface People {
  readonly patients: ReadonlyMap<PatientIndex, Account>;
  readonly clinicians: ReadonlyMap<ClinicianIndex, Account>;
  /** Who may have erased the account themselves, or was being removed when the run died, or who mended. */
  readonly perhapsGone: ReadonlySet<PatientIndex>;
  /** Of those it made; the others have been removed since. */
  readonly removedCount: number;
}

export async function openPeopleJournal(file: string): Promise<PeopleJournal> {
  const { pid } = process;
  const started = (await lookAtProcess(pid))?.started ?? null;
  writeFileSync(file, `${JSON.stringify({ pid, started })}\n`, { mode: 0o600 });
  const write = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    made: (patient, account, password, erases) =>
      write({
        ...{ patient, account: withoutSecrets(account, password), ...placesOf(password, account) },
        ...(erases && { erases }),
      }),
    madeClinician: (clinician, account) => write({ clinician, account: withoutSecrets(account) }),
    ...removalsIn(file),
  };
}

/** For whoever mends what a dead run left, and may die as well. A line torn off by the first death goes, or it would stand in the midst. */
export function removalsIn(file: string): Removals {
  const text = readFileSync(file);
  const whole = text.lastIndexOf('\n') + 1;
  if (whole < text.length) truncateSync(file, whole);
  const write = (line: object): void => appendWhereItIs(file, `${JSON.stringify(line)}\n`);
  return {
    removing: (patient) => write({ removing: patient }),
    stays: (patient) => write({ stays: patient }),
    removed: (patient) => write({ removed: patient }),
    done: () => rmSync(file, { force: true }),
  };
}

/** Where somebody else has mended it all meanwhile, the file is gone, and stays so. */
function appendWhereItIs(file: string, text: string): void {
  let opened: number;
  try {
    opened = openSync(file, constants.O_WRONLY | constants.O_APPEND);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    writeSync(opened, text);
  } finally {
    closeSync(opened);
  }
}

function withoutSecrets(account: Account, password?: string): Account {
  const isSecret = ([name, value]: [string, string]): boolean => value === password || isSecretName(name);
  return Object.fromEntries(Object.entries(account).filter((field) => !isSecret(field)));
}

/** Where nobody can be removed: the record stays, under a name by which nothing tries to. Returns its path. */
export function keepAsList(file: string): string {
  const list = path.join(path.dirname(file), 'left-on-the-target.ndjson');
  renameSync(file, list);
  return list;
}

/** For whoever can make the password anew, as from the run's seed. */
function placesOf(password: string, account: Account): { readonly passwordIn?: readonly string[] } {
  const places = Object.keys(account).filter((name) => account[name] === password);
  return places.length > 0 ? { passwordIn: places } : {};
}

/**
 * Whom a run left behind and nobody has removed since, with the passwords that they had of it; null where it left nobody, or is still at it. A line torn off
 * by a kill is forgiven.
 */
export async function leftBehind(file: string, passwordOf: (patient: PatientIndex) => string): Promise<People | null> {
  if (!existsSync(file)) return null;
  const [head = '', ...lines] = readFileSync(file, 'utf8').split('\n');
  const { pid, started } = checked(headSchema, head, file, 1);
  if (await isAlive(pid, started)) return null;
  const patients = new Map<PatientIndex, Account>();
  const clinicians = new Map<ClinicianIndex, Account>();
  const erasing = new Set<PatientIndex>();
  const removing = new Set<PatientIndex>();
  let removedCount = 0;
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const made = checked(madeSchema, line, file, index + 2);
    if ('patient' in made) {
      patients.set(made.patient, whole(made.account, made.passwordIn, passwordOf(made.patient)));
      if (made.erases) erasing.add(made.patient);
    } else if ('clinician' in made) clinicians.set(made.clinician, made.account);
    else if ('removing' in made) removing.add(made.removing);
    else if ('stays' in made) removing.delete(made.stays);
    else if (patients.delete(made.removed)) removedCount += 1;
  }
  const perhapsGone = new Set([...erasing, ...removing]);
  return { patients, clinicians, perhapsGone, removedCount };
}

const whole = (account: Account, places: readonly string[] = [], password: string): Account => ({
  ...account,
  ...Object.fromEntries(places.map((name) => [name, password])),
});

function checked<T>(schema: z.ZodType<T>, line: string, file: string, number: number): T {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    json = undefined;
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new Error(
    `${file}, line ${number} is damaged, so it is not known whom that run made. Remove them by hand, then the file`,
  );
}
