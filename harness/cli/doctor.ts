// `crosstalk doctor`: walks the adapter action by action with two throwaway patients and shows what each made of it, what is lacking
// for a drill, and what to write next. With `--browser` it walks the pages as well, in a real one.
import os from 'node:os';
import type { Command } from 'commander';
import pc from 'picocolors';
import { clinicianOf } from '../../fixtures/cohort.ts';
import type { ClinicianIndex } from '../../fixtures/domain.ts';
import { recording } from '../../fixtures/recordings.ts';
import { scenarios } from '../../scenarios/index.ts';
import { now } from '../clock.ts';
import { connectionOf, isLeased, planInput, runNumber } from '../drill.ts';
import { openBoard } from '../drivers/board.ts';
import type { Load, PrepareDriver } from '../drivers/drive.ts';
import { nodeClient } from '../drivers/node-client.ts';
import { performSession, type Stagehand } from '../drivers/perform.ts';
import { takingTurns, turnsWithin, type Whose } from '../drivers/turns.ts';
import type { HistoryLine, Operation } from '../history.ts';
import { openAdmin } from '../people/admin-client.ts';
import { openEnroller } from '../people/enroller.ts';
import { seedTarget } from '../people/seed.ts';
import { seedClinicians, unseedClinicians } from '../people/seed-clinicians.ts';
import { unseedTarget, watchErasures } from '../people/unseed.ts';
import type { SessionPlan } from '../plan.ts';
import type { Account, Target } from '../targets/target.ts';
import { exitCodes } from '../verdict.ts';
import { openDeployment, requireReachable } from './deployment.ts';
import { findings, type Walked } from './doctor-findings.ts';
import { paceWarnings } from './doctor-pace.ts';
import { notingSent, type Sent } from './doctor-sent.ts';
import { say, show } from './doctor-show.ts';
import { clinicianWalk, lastWalk, patient, planOf, relative, walk, walkAtPages } from './doctor-walks.ts';
import { drillOf, type TargetFlags, withTargetFlags } from './drill-flags.ts';
import { findBrowser } from './find-browser.ts';
import { possibleOn } from './possible.ts';
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
  await requireReachable(drill.target);
  const { target } = deployment;
  const { source = { path: deployment.module, places: {} } } = target;
  const dog = watchdog(source, (problem) => process.stderr.write(`${problem}\n`));
  const turns = turnsWithin(target.declares.rateLimit);
  const admin = openAdmin(drill, target, deployment.adminSecret, { turns });
  const accounts = new Map<typeof patient, Account>();
  const clinicians = new Map<ClinicianIndex, Account>();
  const id = `doctor-${Date.now()}`;
  const run = runNumber(id);
  const enroller = openEnroller(drill, { target, run, leases: deployment.leases, turns });
  const operations: Operation[] = [];
  const journal = { made: () => {}, madeClinician: () => {}, removing: () => {}, removed: () => {}, stays: () => {} };
  const gone = watchErasures();
  const sent: Sent = new WeakMap();
  const emit = (line: HistoryLine): void => {
    if (line.t === 'operation') operations.push(line);
    gone.feed(line);
  };
  try {
    const people = [patient, relative];
    const signal = new AbortController().signal;
    try {
      await seedClinicians({ enroller, run, seed: drill.seed, admins: [admin], journal, signal }, clinicians);
      await seedTarget(
        { enroller, run, seed: drill.seed, people, alarm: [], clinicians, admins: [admin], journal, emit, signal },
        accounts,
      );
    } catch (error) {
      const enrolment = error instanceof Error ? error.message : String(error);
      say('enrolment', 'failed', enrolment);
      return conclude({ operations, target, scenarios, looked: false, enrolment });
    }
    say('enrolment', 'ok', 'two patients with three recorded consultations each');
    const connection = connectionOf(drill, { traceRun: id });
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
        meet: () => Promise.resolve(false),
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
      openClient: (session: string, whose: Whose) =>
        notingSent(
          nodeClient({ ...connection, session, run, declares: target.declares, ...takingTurns(turns, whose) }),
          sent,
        ),
    };
    await perform(planOf(walk), byHttp);
    if (clinicians.size > 0) await perform(planOf(clinicianWalk, clinicianOf(patient)), byHttp);
    // An account that is not ours to take away is kept.
    const last =
      deployment.leases === null ? lastWalk : lastWalk.filter((step) => !('kind' in step) || step.kind !== 'erase');
    await perform(planOf(last), byHttp);
  } finally {
    await unseedTarget(enroller, [admin], accounts, { emit, gone, journal });
    await unseedClinicians(enroller, [admin], clinicians);
    await enroller.close();
    await admin.close();
    await dog.stop();
  }
  for (const operation of operations) show(operation, sent);
  const { rateLimit } = target.declares;
  const possible = possibleOn(target, isLeased(drill.target));
  const plan = planInput(drill, scenarios, [], possible, deployment.leases?.count, rateLimit);
  const pace = paceWarnings({ plan, drill, operations, rateLimit });
  return conclude({ operations, target, scenarios, looked: drill.browser > 0 }, [...pace]);
}

/** A browser that is ready to look. Throws a `Problem` where there is none. */
async function eyesOn(target: Target, input: Parameters<PrepareDriver>[0]): Promise<Load> {
  const { name, problem, launch } = await findBrowser(target);
  if (launch === undefined) throw new Problem(problem ?? 'there is no browser');
  say('browser', 'ok', name ?? '');
  const { prepareBrowser } = await import('../drivers/browser.ts');
  return prepareBrowser({ launch, folder: os.tmpdir() })(input);
}

function conclude(walked: Walked, pace: readonly string[] = []): number {
  const { mustHave, wentWrong, couldHave, warnings, playable } = findings(walked);
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  write('\nA drill must have:');
  for (const { what, problem } of mustHave)
    write(problem === undefined ? `  ${pc.green('ok')}      ${what}` : `  ${pc.red('lacking')} ${what}: ${problem}`);
  if (wentWrong.length > 0) write('\nWhat the adapter has, and went wrong:');
  for (const line of wentWrong) write(`  ${pc.red('wrong')}   ${line}`);
  for (const line of [...warnings, ...pace]) write(`  ${pc.yellow('warning')} ${line}`);
  if (couldHave.length > 0) write('\nIt could have besides:');
  for (const line of couldHave) write(`  ${pc.yellow('missing')} ${line}`);
  const isWell = wentWrong.length === 0 && mustHave.every(({ problem }) => problem === undefined);
  const played = `${playable.count} of ${playable.of} scenarios can be played`;
  write(
    isWell
      ? pc.green(`\nThe adapter is ready for a drill: ${played}.`)
      : pc.red(`\nThe adapter is not ready for a drill; ${played}.`),
  );
  return isWell ? exitCodes.PASS : exitCodes.INCONCLUSIVE;
}
