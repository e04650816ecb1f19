// Conducts one run from a resolved drill to its exit code: mends what dead runs left, prepares plan and driver,
// runs, and has it judged and reported.
import path from 'node:path';
import { scenarios } from '../../scenarios/index.ts';
import { brake } from '../brake.ts';
import { capacityProblem } from '../capacity.ts';
import { type Drill, isLeased, planInput, plannedFaults, type Schedule } from '../drill.ts';
import { type PrepareDriver, sideBySide } from '../drivers/drive.ts';
import { prepareK6 } from '../drivers/k6.ts';
import { findK6 } from '../drivers/k6-binary.ts';
import { bundleForK6 } from '../drivers/k6-bundle.ts';
import { removeDeadK6Folders } from '../drivers/k6-folder.ts';
import { prepareNode } from '../drivers/node.ts';
import type { Need } from '../faults/fault.ts';
import { faultNamed, faults } from '../faults/index.ts';
import { scheduleProblems } from '../faults/problems.ts';
import { liveWatch } from '../live.ts';
import { paceProblems } from '../pace.ts';
import type { PlannedFault, Scenario } from '../plan.ts';
import type { PlanInput } from '../planner.ts';
import { run } from '../run.ts';
import { createRunFolder, type KeptClinic, type KeptDrill } from '../run-folder.ts';
import { noteRunning } from '../running.ts';
import { systemFaultKinds } from '../systems/index.ts';
import type { Levers } from '../targets/levers.ts';
import type { Target } from '../targets/target.ts';
import type { Verdict } from '../verdict.ts';
import { type Deployment, openDeployment, requireReachable } from './deployment.ts';
import { type FoundBrowser, findBrowser } from './find-browser.ts';
import { guardRun } from './guard-run.ts';
import { mendLeftovers } from './leftovers.ts';
import { lookAtLevers, reachSystems } from './levers-look.ts';
import { liveLine } from './live-line.ts';
import { possibleOn } from './possible.ts';
import { Problem } from './problem.ts';
import { reportRun } from './report-run.ts';

export interface ConductOptions {
  /** The command that repeats the run. */
  readonly repeat: string;
  /** Hosts that the caller says are theirs to break. */
  readonly owned: readonly string[];
  readonly signal: AbortSignal;
  /** How the clinic was started that is drilled, so that the run can be replayed. */
  readonly clinic?: KeptClinic;
  /** Nothing but the reports in the run's folder. */
  readonly silent?: boolean;
  /** Other scenarios than the ready ones, and the module that exports them, for the k6 bundle. */
  readonly scenarios?: { readonly list: readonly Scenario[]; readonly module: string };
  /** When each of the target's faults is injected, where the drill leaves it open. */
  readonly schedule?: Schedule;
  /** How long a run goes on after the leak that stops it. */
  readonly lingerMs?: number;
  /** What drives instead of the drill's driver, for runs of another kind; given the run's folder. */
  readonly driver?: (deployment: Deployment, folder: string) => PrepareDriver;
  /** Said among the verdict's warnings. */
  readonly note?: string;
  /** The target was started for this run, so no earlier one can have left anything on it. */
  readonly pristine?: boolean;
}

export async function conduct(wanted: Drill, options: ConductOptions): Promise<Verdict> {
  const deployment = await openDeployment(wanted, options.owned);
  const { drill } = deployment;
  await requireReachable(drill.target);
  if (options.pristine !== true) {
    await mendLeftovers(path.resolve(drill.out), deployment.adminSecret, (line) => {
      process.stderr.write(`left by an earlier run: ${line}\n`);
    });
  }
  const driver = await chooseDriver(drill, deployment, options);
  const browser = drill.browser > 0 ? await findBrowser(deployment.target) : null;
  if (browser !== null && !options.silent) process.stderr.write(`browser: ${browser.name ?? browser.problem}\n`);
  const { plan, kept } = await prepare(drill, deployment, options);
  const folder = createRunFolder(kept, new Date());
  const noLongerRunning = await noteRunning(folder.path);
  const stop = new AbortController();
  const live = liveWatch(deployment.target.declares);
  const line = options.silent ? null : liveLine(process.stderr, drill.durationMs);
  const problems: string[] = options.note === undefined ? [] : [options.note];
  const endEarly = (problem: string): void => {
    if (problems.length < straysMax) problems.push(problem);
    stop.abort(problem);
  };
  const { source = { path: deployment.module, places: {} } } = deployment.target;
  const guard = guardRun(source, endEarly);
  const tooMuch = drill.stopWhen ? brake(drill.stopWhen) : null;
  try {
    await run({
      drill,
      plan,
      target: deployment.target,
      levers: deployment.levers,
      leversReference: deployment.leversReference,
      prepareDriver: options.driver?.(deployment, folder.path) ?? withBrowser(driver, browser, folder.path),
      ...(browser !== null && { browser: { name: browser.name, problem: browser.problem } }),
      adminSecret: deployment.adminSecret,
      leases: deployment.leases,
      folder,
      watch(written) {
        const count = live.feed(written);
        line?.show(written, count);
        const harm = tooMuch?.(written) ?? null;
        if (harm !== null) stop.abort(harm);
        if (drill.stopOnLeak && count.suspected > 0) stopSoon(stop, options.lingerMs ?? lingerMs);
      },
      signal: AbortSignal.any([options.signal, stop.signal]),
    });
  } catch (error) {
    // The history names it too, as long as it could be written.
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await guard.release();
    noLongerRunning();
    line?.end();
  }
  return reportRun(folder, deployment.target, problems, options.silent ? null : process.stdout, drill.otlp);
}

/** Errors told of that nobody caught. */
const straysMax = 5;

/** What a leak reaches shows in the moments after it: enough of them that the finding says more than that there is one. */
const lingerMs = 2_000;

function stopSoon(stop: AbortController, afterMs: number): void {
  setTimeout(() => stop.abort('stopped on the first leak, as the drill asks'), afterMs).unref();
}

async function chooseDriver(drill: Drill, deployment: Deployment, options: ConductOptions): Promise<PrepareDriver> {
  if (drill.driver === 'node') return prepareNode;
  const scenariosModule = options.scenarios?.module ?? path.resolve(import.meta.dirname, '../../scenarios/index.ts');
  // Before anybody is enrolled: an adapter that k6 can't have is no reason to touch the target.
  await bundleForK6({ targetModule: deployment.module, scenariosModule });
  const k6 = await findK6();
  if (!options.silent) process.stderr.write(`driver: k6 ${k6.version} (${k6.origin}: ${k6.path})\n`);
  await removeDeadK6Folders();
  return (input) => prepareK6({ ...input, k6, targetModule: deployment.module, scenariosModule });
}

/** Browsers beside the load, where there are any; the load never plays their lanes. */
function withBrowser(driver: PrepareDriver, browser: FoundBrowser | null, folder: string): PrepareDriver {
  return async (input) => {
    const { browser: _, ...plan } = input.plan;
    const load = driver({ ...input, plan });
    if (browser?.launch === undefined) return load;
    // Only who wants a browser waits for all that one needs to be loaded.
    const { prepareBrowser } = await import('../drivers/browser.ts');
    const people = prepareBrowser({ launch: browser.launch, folder })(input);
    const both = await Promise.allSettled([load, people]);
    const [first, second] = both;
    if (first.status === 'fulfilled' && second.status === 'fulfilled') return sideBySide(first.value, second.value);
    for (const one of both) if (one.status === 'fulfilled') await one.value.close();
    throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason;
  };
}

interface Prepared {
  readonly plan: PlanInput;
  readonly kept: KeptDrill;
}

/** What the target can't do is left out of the plan here, and named in the verdict. */
export async function prepare(
  drill: Drill,
  { target, levers, leases }: Deployment,
  { repeat, schedule, scenarios: own, clinic }: Pick<ConductOptions, 'repeat' | 'schedule' | 'scenarios' | 'clinic'>,
): Promise<Prepared> {
  const { states, missing } = await lookAtLevers(levers, target.source);
  await reachSystems(levers);
  const possible = [...possibleFaults(levers, missing), ...systemFaultKinds(drill.systems)];
  const planned = plannedFaults(drill, possible, schedule);
  // The default schedule may be squeezed by a short drill, which the verdict will say; one that a person wrote must make sense.
  if (drill.faults !== 'default') requireSchedule(planned, levers, missing);
  const plan = planInput(
    drill,
    own?.list ?? scenarios,
    planned,
    possibleOn(target, isLeased(drill.target)),
    leases?.count,
    target.declares.rateLimit,
  );
  requirePace(plan, drill, target);
  const tooMuch = capacityProblem(plan);
  if (tooMuch) throw new Problem(tooMuch);
  return {
    plan,
    kept: {
      drill,
      repeat,
      faults: planned,
      expected: { nodes: states.map(({ node }) => node), versions: versionsExpected(states, planned) },
      ...(clinic && { clinic }),
    },
  };
}

/** Before anything is touched: what its own limit would starve can't end in a PASS. */
function requirePace(plan: PlanInput, drill: Drill, { declares: { rateLimit } }: Target): void {
  const problems = rateLimit === undefined ? [] : paceProblems(plan, drill, rateLimit);
  if (problems.length === 0) return;
  throw new Problem(
    `the drill can't be played within declares.rateLimit:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
  );
}

/** Without levers, of which nothing is known: whether it can be kept on any deployment. */
export function requireSchedule(
  planned: readonly PlannedFault[],
  levers: Levers | null,
  missing: readonly Need[],
): void {
  const problems = scheduleProblems(planned, levers, missing);
  if (problems.length === 0) return;
  throw new Problem(`the fault schedule can't be kept:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
}

function possibleFaults(levers: Levers, missing: readonly Need[]): string[] {
  const has = (need: Need): boolean => levers[need] !== undefined && !missing.includes(need);
  return faults.filter(({ needs }) => needs.every(has)).map(({ kind }) => kind);
}

function versionsExpected(states: Awaited<ReturnType<Levers['nodes']>>, planned: readonly PlannedFault[]): string[] {
  const rolledOut = planned.flatMap(({ kind }) => faultNamed(kind).rollsOut ?? []);
  return [...new Set([...states.map(({ version }) => version), ...rolledOut])];
}
