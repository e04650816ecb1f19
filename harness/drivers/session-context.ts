// What the adapter sees of a session, whoever performs it: a driver in the load, or the harness before and after it. Safe inside k6.
import type { ClinicianIndex, PatientIndex } from '../../fixtures/domain.ts';
import { consultationOf } from '../../fixtures/words.ts';
import type { Account, SessionContext } from '../targets/target.ts';
import type { Client } from './client.ts';

export interface Around {
  readonly run: number;
  readonly seed: string;
  readonly account: Account;
  accountOf(patient: PatientIndex): Account;
  clinicianAccountOf(clinician: ClinicianIndex): Account;
  recording(patient: PatientIndex, item: number, segment: 0 | 1): Promise<Uint8Array<ArrayBuffer>>;
}

export function sessionContext(
  { http, screen }: Pick<Client, 'http' | 'screen'>,
  patient: PatientIndex,
  around: Around,
): SessionContext & { postedLink: string | null } {
  return {
    http,
    ...(screen && { screen }),
    patient,
    account: around.account,
    accountOf: (other) => around.accountOf(other),
    clinicianAccountOf: (clinician) => around.clinicianAccountOf(clinician),
    consultation: (item) => consultationOf(around.seed, around.run, patient, item),
    recording: (item, segment) => around.recording(patient, item, segment),
    memory: new Map(),
    playable: [],
    postedLink: null,
  };
}
