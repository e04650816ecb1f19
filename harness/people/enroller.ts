// Who makes the synthetic people, and who removes them: an administrator's hand, or the patients' own, each in a session of
// theirs. The rest of the harness does not ask which.
import type { Patient, PatientIndex } from '../../fixtures/domain.ts';
import { recordingItem } from '../../fixtures/domain.ts';
import { recording } from '../../fixtures/recordings.ts';
import type { Drill } from '../drill.ts';
import type { Client } from '../drivers/client.ts';
import { sessionContext } from '../drivers/session-context.ts';
import type { Turns } from '../drivers/turns.ts';
import type {
  Account,
  AdapterSource,
  Enrolment,
  Http,
  OwnEnrolment,
  SessionContext,
  Target,
} from '../targets/target.ts';
import type { Admin } from './admin-client.ts';
import type { Leases } from './leases.ts';
import { patientClient } from './patient-client.ts';

export interface Enroller {
  enrol(admin: Admin, patient: Patient, clinician?: Account): Promise<Account>;
  addConsultation(
    admin: Admin,
    patient: PatientIndex,
    account: Account,
    ...what: Tail<Enrolment['addConsultation']>
  ): Promise<void>;
  /** Absent: what was made can't be removed here. */
  unenrol?(admin: Admin, patient: PatientIndex, account: Account, state: AccountState): Promise<void>;
  readonly clinicians?: Enrolment['clinicians'];
  /** The accounts are other people's to list: nothing of them is written down. */
  readonly leased: boolean;
  /** What the adapter's file calls its functions, and where they are. */
  readonly names: { readonly enrol: string; readonly remove: string };
  readonly source?: AdapterSource;
  close(): Promise<void>;
}

/** `mayBeGone`: the patient erased the account, so that a refused sign-in says that it is gone. */
export interface AccountState {
  readonly mayBeGone: boolean;
}

type Tail<F> = F extends (admin: Http, account: Account, ...rest: infer R) => unknown ? R : never;

export interface EnrollerInput {
  readonly target: Target;
  readonly run: number;
  readonly seed: string;
  /** Null where accounts are made. */
  readonly leases: Leases | null;
  /** A client without a session, for that patient's own hand. */
  openClient(session: string, patient: PatientIndex): Client;
}

/** As the drill has it. */
export function openEnroller(drill: Drill, { turns, ...input }: OpenEnrollerInput): Enroller {
  const { target, run } = input;
  return enrollerOf({
    ...input,
    seed: drill.seed,
    openClient: (session, patient) =>
      patientClient({ drill, target, session, run, origin: drill.target.url, whose: { patient }, turns }),
  });
}

export type OpenEnrollerInput = Omit<EnrollerInput, 'seed' | 'openClient'> & { readonly turns?: Turns | undefined };

export function enrollerOf(input: EnrollerInput): Enroller {
  const { enrolment } = input.target;
  return enrolment.by === 'patients' ? patientsOwn(enrolment, input) : administrators(enrolment, input.target);
}

function administrators(
  { enrol, addConsultation, unenrol, clinicians }: Enrolment,
  { source }: Pick<Target, 'source'>,
): Enroller {
  return {
    enrol: (admin, patient, clinician) => enrol(admin.http, patient, clinician),
    addConsultation: (admin, _, account, ...what) => addConsultation(admin.http, account, ...what),
    unenrol: (admin, _, account) => unenrol(admin.http, account),
    ...(clinicians && { clinicians }),
    leased: false,
    names: { enrol: 'enrol', remove: 'unenrol' },
    ...(source && { source }),
    close: async () => {},
  };
}

interface OwnSession {
  readonly patient: PatientIndex;
  readonly client: Client;
  readonly context: SessionContext;
}

/** The administrators only take turns here: each has one patient's session in hand, kept for all that is done for that patient in a row. */
function patientsOwn({ signUp, addConsultation, remove }: OwnEnrolment, input: EnrollerInput): Enroller {
  const inHand = new Map<Admin, OwnSession>();
  const letGo = async (admin: Admin): Promise<void> => {
    const session = inHand.get(admin);
    inHand.delete(admin);
    await session?.client.close();
  };

  async function sessionOf(admin: Admin, patient: PatientIndex, account: Account): Promise<SessionContext> {
    const known = inHand.get(admin);
    if (known?.patient === patient) return quietly(known);
    await letGo(admin);
    const session = await signedIn(input, patient, input.leases?.accountOf(patient) ?? account);
    inHand.set(admin, session);
    return quietly(session);
  }

  return {
    async enrol(admin, patient) {
      await letGo(admin);
      if (input.leases !== null) return input.leases.accountOf(patient.index);
      if (signUp === undefined) throw new Error('there is neither a signUp in the adapter nor a list of accounts');
      const client = input.openClient(`sign-up-${patient.index}`, patient.index);
      return signUp(client.http, patient).finally(() => client.close());
    },
    async addConsultation(admin, patient, account, consultation, media) {
      await addConsultation(await sessionOf(admin, patient, account), consultation, media);
    },
    ...(remove && {
      async unenrol(admin: Admin, patient: PatientIndex, account: Account, { mayBeGone }: AccountState) {
        const session = await sessionOf(admin, patient, account).catch((problem: unknown) => {
          if (mayBeGone && problem instanceof SignInRefused) return null;
          throw problem;
        });
        if (session !== null) await remove(session);
        await letGo(admin);
      },
    }),
    leased: input.leases !== null,
    names: { enrol: 'signUp', remove: 'remove' },
    ...(input.target.source && { source: input.target.source }),
    async close() {
      await Promise.all([...inHand.keys()].map(letGo));
    },
  };
}

/** What is exchanged here is no part of the history, and is not kept. */
function quietly({ client, context }: OwnSession): SessionContext {
  client.take();
  return context;
}

async function signedIn(
  { target, run, seed, openClient }: EnrollerInput,
  patient: PatientIndex,
  account: Account,
): Promise<OwnSession> {
  const signIn = target.actions['sign-in'];
  if (signIn === undefined) throw new Error(`the adapter ${target.name} has no action sign-in`);
  const client = openClient(`own-hand-${patient}`, patient);
  const nobodyElse = (): never => {
    throw new Error('while people are made and removed each session knows its own patient only');
  };
  const context = sessionContext(client, patient, {
    run,
    seed,
    account,
    accountOf: nobodyElse,
    clinicianAccountOf: nobodyElse,
    recording: (who, item, segment) => recording(run, who, recordingItem(item, segment)),
  });
  try {
    const { outcome, detail } = await signIn(context, { kind: 'sign-in', by: 'bearer' });
    // Who comes too often is not refused for good.
    const isBusy = client.take().exchanges.some(({ status }) => status === tooManyRequests);
    const Problem = outcome === 'refused' && !isBusy ? SignInRefused : Error;
    if (outcome !== 'ok') throw new Problem(`patient ${patient} could not sign in: ${detail ?? outcome}`);
    return { patient, client, context };
  } catch (error) {
    await client.close();
    throw error;
  }
}

const tooManyRequests = 429;

class SignInRefused extends Error {}
