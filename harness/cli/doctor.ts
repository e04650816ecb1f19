// `crosstalk doctor`: walks the adapter action by action with two throwaway patients and shows what each made of it: which
// canary came back, from which node, and what the scenarios lack. With `--browser` it walks the pages as well, in a real one.
import os from 'node:os';
import type { Command } from 'commander';
import pc from 'picocolors';
import { clinicianOf } from '../../fixtures/cohort.ts';
import type { ClinicianIndex } from '../../fixtures/domain.ts';
import { recording } from '../../fixtures/recordings.ts';
import { scenarios } from '../../scenarios/index.ts';
import { openAdmin } from '../admin-client.ts';
import { now } from '../clock.ts';
import { planInput, runNumber } from '../drill.ts';
import { openBoard } from '../drivers/board.ts';
import type { Load, PrepareDriver } from '../drivers/drive.ts';
import { nodeClient } from '../drivers/node-client.ts';
import { performSession, type Stagehand } from '../drivers/perform.ts';
import type { HistoryLine, Operation } from '../history.ts';
import type { SessionPlan } from '../plan.ts';
import { seedTarget, unseedTarget } from '../seed.ts';
import { seedClinicians, unseedClinicians } from '../seed-clinicians.ts';
import type { Account, Target } from '../targets/target.ts';
import { exitCodes } from '../verdict.ts';
import { openDeployment, requireReachable } from './deployment.ts';
import { clinicianWalk, lastWalk, patient, planOf, relative, walk, walkAtPages } from './doctor-walks.ts';
import { drillOf, type TargetFlags, withTargetFlags } from './drill-flags.ts';
import { findBrowser } from './find-browser.ts';
import { missingActions, missingPages } from './possible.ts';
import { Problem } from './problem.ts';
import { watchdog } from './watchdog.ts';

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
  const { source = { path: deployment.module, places: {} } } = target;
  const dog = watchdog(source, (problem) => process.stderr.write(`${problem}\n`));
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
    await seedClinicians({ target, run, seed: drill.seed, admins: [admin], journal, signal }, clinicians);
    await seedTarget(
      { target, run, seed: drill.seed, people, alarm: [], clinicians, admins: [admin], journal, emit, signal },
      accounts,
    );
    say('enrolment', 'ok', 'two patients with three recorded consultations each');
    const connection = { origin: drill.target.url, allowedHosts: drill.allowHosts };
    const input = {
      run,
      connection,
      accountOf: (who: typeof patient) => accounts.get(who) ?? {},
      clinicianAccountOf: (who: ClinicianIndex) => clinicians.get(who) ?? {},
      recording: (who: typeof patient, consultation: number, segment: 0 | 1) =>
        recording(run, who, consultation * 2 + segment),
      emit,
    };
    const perform = (session: SessionPlan, by: Pick<Stagehand, 'target' | 'openClient'>): Promise<void> =>
      performSession(session, {
        ...input,
        ...by,
        seed: drill.seed,
        loadStartedAt: now(),
        now,
        meet: () => Promise.resolve(),
        board: openBoard(),
        stopped: () => false,
      });
    // First at the pages: at the end of the other walk the patient is erased.
    if (drill.browser > 0) {
      const load = await eyesOn(target, { ...input, target, plan: planInput(drill, [], []), signal });
      if (load.eyes) {
        const { eyes } = load;
        const openClient = (id: string) => eyes.openClient({ id, patient });
        await perform(planOf(walkAtPages), { target: eyes.target, openClient }).finally(() => load.close());
      }
    }
    const byHttp = {
      target,
      openClient: (session: string) => nodeClient({ ...connection, session, run, declares: target.declares }),
    };
    await perform(planOf(walk), byHttp);
    if (clinicians.size > 0) await perform(planOf(clinicianWalk, clinicianOf(patient)), byHttp);
    await perform(planOf(lastWalk), byHttp);
  } finally {
    await unseedTarget(target, [admin], accounts, emit);
    await unseedClinicians(target, [admin], clinicians);
    await admin.close();
    await dog.stop();
  }
  for (const operation of operations) show(operation);
  return conclude(operations, target, drill.browser > 0);
}

/** A browser that is ready to look. Throws a `Problem` where there is none. */
async function eyesOn(target: Target, input: Parameters<PrepareDriver>[0]): Promise<Load> {
  const { name, problem, launch } = await findBrowser(target);
  if (launch === undefined) throw new Problem(problem ?? 'there is no browser');
  say('browser', 'ok', name ?? '');
  const { prepareBrowser } = await import('../drivers/browser.ts');
  return prepareBrowser({ launch, folder: os.tmpdir() })(input);
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
  const seen = new Set(
    operation.exchanges.flatMap(({ channel, sightings }) =>
      sightings.map(({ kind }) => (channel === undefined ? kind : `${kind} (${channel})`)),
    ),
  );
  const last = operation.exchanges.findLast(({ channel }) => channel === undefined);
  const served = last
    ? `${last.method} ${last.route} ${last.status} from ${last.node ?? '(no node header)'} ${last.version ?? ''}`
    : 'nothing was sent';
  const canaries = seen.size > 0 ? `canaries: ${[...seen].join(', ')}` : 'no canary';
  say(name, operation.outcome, `${served} · ${canaries}${operation.detail ? ` · ${operation.detail}` : ''}`);
}

/** Without an own list and own bytes there is nothing a drill could judge. */
function conclude(operations: readonly Operation[], target: Target, looked: boolean): number {
  const sees = (action: string, kind: string): boolean =>
    operations.some(
      (op) =>
        op.browser !== true &&
        op.action === action &&
        op.exchanges.some(({ sightings }) => sightings.some((s) => s.kind === kind)),
    );
  const lacks = scenarios
    .filter(({ eyes }) => eyes !== true || looked)
    .flatMap((scenario) => {
      const [missing, what] = scenario.eyes
        ? [missingPages(scenario, target), 'page for']
        : [missingActions(scenario, target), ''];
      if (missing.length === 0) return [];
      return [
        `scenario ${scenario.name} can't be played: the adapter has no ${`${what} ${missing.join(', ')}`.trim()}`,
      ];
    });
  const isPlayed = operations.some(({ exchanges }) =>
    exchanges.some(({ sightings }) => sightings.some(({ where }) => where === 'pixels:video')),
  );
  if (looked && !isPlayed)
    lacks.push('no code was read off a playing video: either it does not play, or its picture is covered');
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
