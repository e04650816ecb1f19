// What the adapter sees of a session, whoever performs it: a driver in the load, or the harness before and after it. Safe inside k6.
import type { ClinicianIndex, PatientIndex } from '../../fixtures/domain.ts';
import { consultationOf } from '../../fixtures/words.ts';
import type { Operation } from '../history.ts';
import type { Account, SessionContext } from '../targets/target.ts';
import { type Client, toldName } from './client.ts';
import { sessionFingerprints } from './exchange.ts';

export interface Around {
  readonly run: number;
  readonly seed: string;
  readonly account: Account;
  accountOf(patient: PatientIndex): Account;
  clinicianAccountOf(clinician: ClinicianIndex): Account;
  recording(patient: PatientIndex, item: number, segment: 0 | 1): Promise<Uint8Array<ArrayBuffer>>;
}

/** With what only the performer changes. */
export type OpenContext = SessionContext & { postedLink: string | null; signedIn: Operation['signedIn'] };

type Seen = Pick<Client, 'http' | 'screen' | 'origin' | 'issued'>;

export function sessionContext(client: Seen, patient: PatientIndex, around: Around): OpenContext {
  return {
    ...seenThrough(client, around.run),
    origin: client.origin,
    patient,
    account: around.account,
    accountOf: (other) => around.accountOf(other),
    clinicianAccountOf: (clinician) => around.clinicianAccountOf(clinician),
    consultation: (item) => consultationOf(around.seed, around.run, patient, item),
    recording: (item, segment) => around.recording(patient, item, segment),
    memory: new Map(),
    playable: [],
    postedLink: null,
    signedIn: 'never',
  };
}

/** The part of a context that is the client's, which a stream beside the steps has of its own. */
export function seenThrough(
  { http, screen, issued }: Omit<Seen, 'origin'>,
  run: number,
): Pick<SessionContext, 'http' | 'screen' | 'issued'> {
  return {
    http,
    ...(screen && { screen }),
    issued: (...values) => issued(tokenFingerprints(run, values)),
  };
}

export const tokenFingerprints = (run: number, values: readonly string[]): string[] =>
  sessionFingerprints(
    run,
    values.map((value) => [toldName, value]),
  );
