// `crosstalk doctor`: walks the adapter action by action with two throwaway patients and shows what each made of it: which
// canary came back, from which node, and what the scenarios lack.
import type { Command } from 'commander';
import pc from 'picocolors';
import { clinicianNextDoor, clinicianOf } from '../../fixtures/cohort.ts';
import { type ClinicianIndex, patientIndex } from '../../fixtures/domain.ts';
import { recording } from '../../fixtures/recordings.ts';
import { dayOf } from '../../fixtures/words.ts';
import { scenarios } from '../../scenarios/index.ts';
import { openAdmin } from '../admin-client.ts';
import { now } from '../clock.ts';
import { runNumber } from '../drill.ts';
import { openBoard } from '../drivers/board.ts';
import { nodeClient } from '../drivers/node-client.ts';
import { performSession, type Stagehand } from '../drivers/perform.ts';
import type { HistoryLine, Operation } from '../history.ts';
import type { Action, SessionPlan, Step } from '../plan.ts';
import { seedTarget, unseedTarget } from '../seed.ts';
import { seedClinicians, unseedClinicians } from '../seed-clinicians.ts';
import type { Account } from '../targets/target.ts';
import { exitCodes } from '../verdict.ts';
import { openDeployment, requireReachable } from './deployment.ts';
import { drillOf, type TargetFlags, withTargetFlags } from './drill-flags.ts';

const patient = patientIndex(3);
const relative = patientIndex(7);
const item = 16;
const cancelled = 17;
const board = 'doctor';

type Walk = readonly (Action | Pick<Step, 'action' | 'postLinkAs'>)[];

const walk: Walk = [
  { kind: 'sign-in', by: 'cookie' },
  { kind: 'who-am-i' },
  { kind: 'slots' },
  { action: { kind: 'view-history', page: 'json' }, postLinkAs: board },
  { kind: 'watch', pick: 0 },
  { kind: 'follow-link', board },
  { kind: 'view-history', page: 'html' },
  { kind: 'view-history', page: 'json', limit: 2 },
  { kind: 'turn-page' },
  { kind: 'open-odd-path', suffix: '/x.css' },
  { kind: 'listen', forMs: 1_000 },
  { kind: 'book', item, modality: 'video', key: 'doctor-1' },
  { kind: 'book', item, modality: 'video', key: 'doctor-1' },
  { kind: 'view-consultation', item },
  { kind: 'book', item: cancelled, modality: 'phone' },
  { kind: 'attend', item },
  { kind: 'switch-call', item },
  { kind: 'end-call', item },
  { kind: 'cancel', item: cancelled },
  { kind: 'export' },
  { kind: 'read-inbox' },
  { kind: 'share', with: relative },
  { kind: 'withdraw', from: relative },
  { kind: 'sign-out' },
  { kind: 'view-history', page: 'json' },
];
const clinicianWalk: Walk = [
  { kind: 'sign-in', by: 'cookie' },
  { kind: 'view-day', date: dayOf(0), open: 0 },
  { kind: 'watch', pick: 0 },
  { kind: 'sign-out' },
];
const lastWalk: Walk = [
  { kind: 'sign-in', by: 'bearer' },
  { kind: 'move-practice', to: clinicianNextDoor(clinicianOf(patient)) },
  { kind: 'erase' },
];

export function addDoctor(program: Command, finish: (exitCode: number) => void): void {
  withTargetFlags(program.command('doctor'))
    .description('walk the adapter action by action with two throwaway patients')
    .addHelpText('after', '\nExample:\n  $ npx crosstalk doctor --config crosstalk.config.ts')
    .action(async (flags: TargetFlags) => finish(await doctor(flags)));
}

async function doctor(flags: TargetFlags): Promise<number> {
  const deployment = await openDeployment(await drillOf(flags), flags.iOwn ?? []);
  const { drill } = deployment;
  await requireReachable(drill.target.url);
  const { target } = deployment;
  const admin = openAdmin(drill, target, deployment.adminSecret);
  const accounts = new Map<typeof patient, Account>();
  const clinicians = new Map<ClinicianIndex, Account>();
  const run = runNumber(`doctor ${Date.now()}`);
  const operations: Operation[] = [];
  const emit = (line: HistoryLine): void => {
    if (line.t === 'operation') operations.push(line);
  };
  try {
    const people = [patient, relative];
    const signal = new AbortController().signal;
    const journal = { made: () => {}, madeClinician: () => {} };
    await seedClinicians({ target, run, seed: drill.seed, admin, journal }, clinicians);
    await seedTarget(
      { target, run, seed: drill.seed, people, alarm: [], clinicians, admins: [admin], journal, emit, signal },
      accounts,
    );
    say('enrolment', 'ok', 'two patients with three recorded consultations each');
    const stagehand: Omit<Stagehand, 'loadStartedAt'> = {
      run,
      seed: drill.seed,
      target,
      accountOf: (who) => accounts.get(who) ?? {},
      clinicianAccountOf: (who) => clinicians.get(who) ?? {},
      recording: (who, consultation, segment) => recording(run, who, consultation * 2 + segment),
      openClient: (session) =>
        nodeClient({
          session,
          run,
          origin: drill.target.url,
          allowedHosts: drill.allowHosts,
          declares: target.declares,
        }),
      emit,
      now,
      meet: () => Promise.resolve(),
      board: openBoard(),
      stopped: () => false,
    };
    // Each walk is a session of its own, and none is late because of the one before.
    const perform = (plan: SessionPlan): Promise<void> => performSession(plan, { ...stagehand, loadStartedAt: now() });
    await perform(planOf(walk));
    if (clinicians.size > 0) await perform(planOf(clinicianWalk, clinicianOf(patient)));
    await perform(planOf(lastWalk));
  } finally {
    await unseedTarget(target, [admin], accounts, emit);
    await unseedClinicians(target, admin, clinicians);
    await admin.close();
  }
  for (const operation of operations) show(operation);
  return conclude(operations, target.actions);
}

function planOf(actions: Walk, clinician?: ClinicianIndex): SessionPlan {
  const steps: Step[] = actions.map((what) => ({ atMs: 0, ...('action' in what ? what : { action: what }) }));
  const plan = { id: 'doctor', lane: 0, scenario: 'doctor', startMs: 0, endMs: 120_000, steps };
  return clinician === undefined ? { ...plan, patient } : { ...plan, patient: null, clinician };
}

function say(what: string, outcome: string, detail: string): void {
  const colour = outcome === 'ok' ? pc.green : outcome === 'refused' ? pc.yellow : pc.red;
  process.stdout.write(`${what.padEnd(28)} ${colour(outcome.padEnd(14))} ${detail}\n`);
}

function show(operation: Operation): void {
  const name = [
    operation.action,
    operation.page,
    operation.clinician !== undefined && '(clinician)',
    operation.signedIn === 'ended' && '(signed out)',
  ]
    .filter(Boolean)
    .join(' ');
  const seen = new Set(operation.exchanges.flatMap(({ sightings }) => sightings.map(({ kind }) => kind)));
  const last = operation.exchanges.at(-1);
  const served = last
    ? `${last.method} ${last.route} ${last.status} from ${last.node ?? '(no node header)'} ${last.version ?? ''}`
    : 'nothing was sent';
  const canaries = seen.size > 0 ? `canaries: ${[...seen].join(', ')}` : 'no canary';
  say(name, operation.outcome, `${served} · ${canaries}${operation.detail ? ` · ${operation.detail}` : ''}`);
}

/** Without an own list and own bytes there is nothing a drill could judge. */
function conclude(operations: readonly Operation[], actions: object): number {
  const sees = (action: string, kind: string): boolean =>
    operations.some(
      (op) => op.action === action && op.exchanges.some(({ sightings }) => sightings.some((s) => s.kind === kind)),
    );
  const lacks = scenarios.flatMap(({ name, needs }) => {
    const missing = needs.filter((kind) => !(kind in actions));
    return missing.length > 0 ? [`scenario ${name} can't be played: the adapter has no ${missing.join(', ')}`] : [];
  });
  if (!sees('view-history', 'title'))
    lacks.push(
      "view-history showed no title canary: the target doesn't show the title as it was written, or the list is another's",
    );
  if (!sees('watch', 'recording'))
    lacks.push(
      'watch showed no recording canary in the bytes: the target re-encodes them, or the link leads elsewhere',
    );
  for (const line of lacks) process.stdout.write(`${pc.red('lacking')}: ${line}\n`);
  if (lacks.length === 0)
    process.stdout.write(pc.green('every scenario can be played, and canaries survive on lists and in bytes\n'));
  return lacks.length === 0 ? exitCodes.PASS : exitCodes.INCONCLUSIVE;
}
