// Whom a run made on the target, on disk before the next is made, and gone once all are removed: what is still there belongs
// to a run that died. Accounts are written without their secrets.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { clinicianIndex } from '../fixtures/cohort.ts';
import { type ClinicianIndex, type PatientIndex, patientIndex } from '../fixtures/domain.ts';
import { isAlive, lookAtProcess } from './faults/process.ts';
import { isSecretName } from './secrets.ts';
import type { Account } from './targets/target.ts';

export interface PeopleJournal {
  made(patient: PatientIndex, account: Account): void;
  madeClinician(clinician: ClinicianIndex, account: Account): void;
  /** Everybody has been removed. */
  done(): void;
}

const headSchema = z.object({ pid: z.number().int(), started: z.string().nullable() });
const account = z.record(z.string(), z.string());
const madeSchema = z.union([
  z.object({ patient: z.number().int().transform(patientIndex), account }),
  z.object({ clinician: z.number().int().transform(clinicianIndex), account }),
]);

export interface People {
  readonly patients: ReadonlyMap<PatientIndex, Account>;
  readonly clinicians: ReadonlyMap<ClinicianIndex, Account>;
}

export async function openPeopleJournal(file: string): Promise<PeopleJournal> {
  const { pid } = process;
  const started = (await lookAtProcess(pid))?.started ?? null;
  writeFileSync(file, `${JSON.stringify({ pid, started })}\n`, { mode: 0o600 });
  const write = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    made: (patient, account) => write({ patient, account: withoutSecrets(account) }),
    madeClinician: (clinician, account) => write({ clinician, account: withoutSecrets(account) }),
    done: () => rmSync(file, { force: true }),
  };
}

function withoutSecrets(account: Account): Account {
  return Object.fromEntries(Object.entries(account).filter(([name]) => !isSecretName(name)));
}

/** Whom a run left behind; null where it left nobody, or is still at it. A line torn off by a kill is forgiven. */
export async function leftBehind(file: string): Promise<People | null> {
  if (!existsSync(file)) return null;
  const [head = '', ...lines] = readFileSync(file, 'utf8').split('\n');
  const { pid, started } = checked(headSchema, head, file, 1);
  if (await isAlive(pid, started)) return null;
  const patients = new Map<PatientIndex, Account>();
  const clinicians = new Map<ClinicianIndex, Account>();
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const made = checked(madeSchema, line, file, index + 2);
    if ('patient' in made) patients.set(made.patient, made.account);
    else clinicians.set(made.clinician, made.account);
  }
  return { patients, clinicians };
}

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
