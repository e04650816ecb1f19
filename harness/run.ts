// The run on one screen: seed → alarm → drive with faults → alarm → unseed, all of it into the history; judging comes after.
//
//     people ──► target ◄── sessions (driver)
//                  ▲              │
//               faults ──► history ◄┘
//
// Whatever happens on the way (an error, a leak that stops the drill, Ctrl-C), faults are healed, people are removed and the
// history is closed before this returns.
import type { ClinicianIndex, PatientIndex } from '../fixtures/domain.ts';
import { recordingItem } from '../fixtures/domain.ts';
import { recording } from '../fixtures/recordings.ts';
import { testAlarm } from './alarm.ts';
import { now } from './clock.ts';
import { connectionOf, type Drill, runNumber } from './drill.ts';
import type { Connection } from './drivers/connect-to.ts';
import type { Load, Overhear, PrepareDriver } from './drivers/drive.ts';
import { type Turns, turnsWithin } from './drivers/turns.ts';
import { runSchedule } from './faults/schedule.ts';
import { hiding } from './hide-secrets.ts';
import type { HistoryLine } from './history.ts';
import { openHistory } from './history-file.ts';
import { type LeversReference, openJournal } from './journal.ts';
import { loadLeadMs } from './load-lead.ts';
import { enrolmentsAtOnce } from './pace.ts';
import { type Admin, openAdmin } from './people/admin-client.ts';
import { type Enroller, openEnroller } from './people/enroller.ts';
import type { Leases } from './people/leases.ts';
import { keepAsList, openPeopleJournal, type PeopleJournal } from './people/people-journal.ts';
import { seedTarget } from './people/seed.ts';
import { seedClinicians, unseedClinicians } from './people/seed-clinicians.ts';
import { type Gone, unseedTarget, watchErasures } from './people/unseed.ts';
import { alarmCast, cliniciansNeeded, erasersIn, leasedPatients, type PlanInput } from './planner.ts';
import type { RunFolder } from './run-folder.ts';
import { secretsOf } from './secrets.ts';
import type { Levers } from './targets/levers.ts';
import type { Account, Target } from './targets/target.ts';

export interface RunInput {
  readonly drill: Drill;
  readonly plan: PlanInput;
  readonly target: Target;
  readonly levers: Levers;
  readonly leversReference: LeversReference;
  readonly prepareDriver: PrepareDriver;
  readonly adminSecret: string | undefined;
  /** Accounts that patients are leased; null where they are made. */
  readonly leases: Leases | null;
  readonly folder: RunFolder;
  /** When the alarm is tested; before and after the load unless said otherwise. */
  readonly alarm?: readonly AlarmPhase[];
  /** Sees and may stand in for every client that is opened, the administrator's too. */
  readonly overhear?: Overhear;
  /** The browser that is to look, or why there is none; absent when none is wanted. */
  readonly browser?: { readonly name: string | null; readonly problem?: string | undefined };
  /** Sees every line after it was written. */
  watch(line: HistoryLine): void;
  /** Aborted by Ctrl-C or by a leak that should stop the drill; the reason says which. */
  readonly signal: AbortSignal;
}

export type Phase = Extract<HistoryLine, { t: 'phase' }>['phase'];

type AlarmPhase = 'before' | 'after';
const always: readonly AlarmPhase[] = ['before', 'after'];

export async function run(input: RunInput): Promise<void> {
  const stage = await open(input);
  let load: Load | undefined;
  try {
    const ready = await stage.phase('seed', () => getReady(input, stage));
    load = ready;
    if (ready) {
      const { alarm: tested = always } = input;
      if (tested.includes('before')) await stage.phase('alarm-before', () => alarm(input, stage, ready, 'before'));
      await stage.phase('load', () => driveWithFaults(input, stage, ready));
      if (tested.includes('after')) await stage.phase('alarm-after', () => alarm(input, stage, ready, 'after'));
    }
  } finally {
    await load?.close();
    // Who could not be removed is in the history, and does not change what was seen before.
    await stage.phase('unseed', () => unseed(input, stage)).catch(() => {});
    await stage.close();
  }
}

interface Stage {
  readonly run: number;
  readonly admins: readonly Admin[];
  readonly enroller: Enroller;
  readonly turns: Turns | undefined;
  readonly people: PeopleJournal;
  readonly accounts: Map<PatientIndex, Account>;
  readonly clinicians: Map<ClinicianIndex, Account>;
  readonly gone: Gone;
  readonly connection: Connection;
  accountOf(patient: PatientIndex): Account;
  clinicianAccountOf(clinician: ClinicianIndex): Account;
  emit(line: HistoryLine): void;
  phase<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

async function open(input: RunInput): Promise<Stage> {
  const { drill, folder, target } = input;
  const history = openHistory(folder.history);
  const turns = turnsWithin(target.declares.rateLimit);
  const admins = Array.from({ length: enrolmentsAtOnce(target.declares.rateLimit) }, () =>
    openAdmin(drill, target, input.adminSecret, { turns, overhear: input.overhear }),
  );
  const accounts = new Map<PatientIndex, Account>();
  const clinicians = new Map<ClinicianIndex, Account>();
  const erasures = watchErasures();
  const people = await openPeopleJournal(folder.people);
  const run = runNumber(folder.id);
  const hidden = hiding(input.adminSecret, () => [...accounts.values(), ...clinicians.values()].flatMap(secretsOf));
  const emit = (said: HistoryLine): void => {
    const line = hidden.line(said);
    history.append(line);
    input.watch(line);
    erasures.feed(line);
  };
  emit({
    v: 1,
    t: 'run',
    id: folder.id,
    run,
    seed: drill.seed,
    driver: drill.driver,
    target: target.name,
    ...(input.leases && { leased: true }),
    startedAt: now(),
  });
  const { browser } = input;
  if (browser) emit({ v: 1, t: 'browser', name: browser.name, ...(browser.problem && { problem: browser.problem }) });
  const enroller = openEnroller(drill, { target, run, leases: input.leases, turns });
  return {
    run,
    admins,
    enroller,
    turns,
    people,
    accounts,
    clinicians,
    gone: erasures,
    connection: connectionOf(drill, { traceRun: folder.id }),
    accountOf(patient) {
      const account = accounts.get(patient);
      if (!account) throw new Error(`patient ${patient} was not enrolled, so nobody can sign in as them`);
      return account;
    },
    clinicianAccountOf(clinician) {
      const account = clinicians.get(clinician);
      if (!account) throw new Error(`clinician ${clinician} was not enrolled, so nobody can sign in as them`);
      return account;
    },
    emit,
    async phase(phase, work) {
      emit({ v: 1, t: 'phase', phase, event: 'began', at: now() });
      let ending: { cutShort?: string; failed?: string } = {};
      try {
        const result = await work();
        if (input.signal.aborted && phase === 'load') ending = { cutShort: String(input.signal.reason) };
        return result;
      } catch (error) {
        const failed = hidden.text(error instanceof Error ? error.message : String(error));
        ending = { failed };
        throw new Error(failed, { cause: error });
      } finally {
        emit({ v: 1, t: 'phase', phase, event: 'ended', at: now(), ...ending });
      }
    },
    async close() {
      await enroller.close();
      await Promise.all(admins.map((admin) => admin.close()));
      history.close();
    },
  };
}

async function seed(input: RunInput, stage: Stage): Promise<void> {
  const { plan, signal } = input;
  const { run, admins, enroller, people } = stage;
  const clinicians = cliniciansNeeded(plan);
  await seedClinicians(
    { enroller, run, seed: plan.seed, clinicians, admins, journal: people, signal },
    stage.clinicians,
  );
  await seedTarget(
    {
      enroller,
      run: stage.run,
      seed: plan.seed,
      people: leasedPatients(plan),
      alarm: plan.singles || input.alarm?.length === 0 ? [] : alarmCast(plan),
      clinicians: stage.clinicians,
      // A plan said outright brings its people in its order: what a deployment numbers may hang on it.
      admins: plan.explicit ? stage.admins.slice(0, 1) : stage.admins,
      journal: stage.people,
      ...(input.target.enrolment.by === 'patients' && { erasing: erasersIn(plan) }),
      emit: stage.emit,
      signal,
    },
    stage.accounts,
  );
}

async function unseed(input: RunInput, stage: Stage): Promise<void> {
  if (stage.enroller.unenrol === undefined) {
    const list = keepAsList(input.folder.people);
    throw new Error(`the adapter has no way to remove what was made for ${stage.accounts.size} patients: see ${list}`);
  }
  const { enroller, admins, accounts, people: journal, emit, gone } = stage;
  const leftovers = await unseedTarget(enroller, admins, accounts, { emit, gone, journal });
  const [first] = leftovers;
  const problems = await unseedClinicians(enroller, admins, stage.clinicians);
  if (!first && problems.length === 0) return stage.people.done();
  if (!first) throw new Error(`not all clinicians could be removed; ${problems[0]}`);
  throw new Error(`${leftovers.length} patients could not be removed; ${first.problem}`);
}

function alarm(input: RunInput, stage: Stage, load: Load, phase: AlarmPhase): Promise<void> {
  const { plan, target } = input;
  const { run, connection, turns, accountOf, emit } = stage;
  const pair = alarmCast(plan);
  return testAlarm({ target, run, seed: plan.seed, pair, phase, connection, turns, accountOf, emit, eyes: load.eyes });
}

/** People and driver, so that the load begins when its phase does. Undefined when it was interrupted. */
async function getReady(input: RunInput, stage: Stage): Promise<Load | undefined> {
  await seed(input, stage);
  if (input.signal.aborted) return undefined;
  const { plan, target, signal } = input;
  const { run, connection, turns, accountOf, clinicianAccountOf, emit } = stage;
  return input.prepareDriver({
    plan,
    run,
    target,
    connection,
    ...(turns && { turns }),
    accountOf,
    clinicianAccountOf,
    recording: (patient, item, segment) => recording(run, patient, recordingItem(item, segment)),
    emit,
    signal,
    ...(input.overhear && { overhear: input.overhear }),
  });
}

/** The load and the faults share one clock; when the driver ends early, so do the faults, and the other way round. */
async function driveWithFaults(input: RunInput, stage: Stage, load: Load): Promise<void> {
  const { plan, levers, folder, signal } = input;
  const journal = await openJournal(folder.path, input.leversReference);
  const over = new AbortController();
  const startedAt = now() + loadLeadMs;
  const faults = runSchedule({
    planned: plan.faults,
    levers,
    seed: plan.seed,
    startedAt,
    journal,
    emit: stage.emit,
    signal: AbortSignal.any([signal, over.signal]),
  });
  try {
    await load.drive(startedAt);
  } finally {
    over.abort(new Error('the load is over'));
    await faults;
    await journal.close();
  }
}
