// `crosstalk plan`: prints what a drill would do, and touches nothing.
import type { Command } from 'commander';
import { scenarios } from '../../scenarios/index.ts';
import { viewerOf } from '../checks/viewer.ts';
import { type Drill, planInput, plannedFaults, resolveDrill } from '../drill.ts';
import { faults } from '../faults/index.ts';
import { paceProblems, paceTold, weakened } from '../pace.ts';
import { type PlanInput, planSessions } from '../planner.ts';
import { systemFaultKinds } from '../systems/index.ts';
import type { RateLimit } from '../targets/target.ts';
import { requireSchedule } from './conduct.ts';
import { loadConfig } from './config.ts';
import { adapterTarget } from './deployment.ts';
import type { TargetFlags } from './drill-flags.ts';
import { mergeFlags, withDrillFlags } from './options.ts';

export function addPlan(program: Command): void {
  withDrillFlags(program.command('plan'))
    .description('print what a drill would do; touches nothing')
    .option('--config <file>', 'the drill (default: crosstalk.config.ts, else the demo)')
    .option('--dry-run', 'what this command always is; accepted so that scripts may say it')
    .option('--json', 'every session and step as JSON, one session a line')
    .addHelpText('after', '\nExample:\n  $ npx crosstalk plan --dry-run --seed 7 --duration 10s --sessions 8')
    .action(async (flags: TargetFlags & { json?: boolean }) => {
      const config = await loadConfig(flags.config);
      const base = config?.drill ?? { target: { url: 'http://127.0.0.1:1' } };
      const drill = resolveDrill(mergeFlags(base, flags, scenarios), config?.file ?? 'the command line');
      // Only the deployment knows whether its links can be harmed, and nobody is asked here.
      const common = faults.filter(({ needs }) => !needs.includes('links'));
      const planned = plannedFaults(drill, [...common.map(({ kind }) => kind), ...systemFaultKinds(drill.systems)]);
      if (drill.faults !== 'default') requireSchedule(planned, null, []);
      // Without a drill of one's own there is no adapter that could declare one.
      const rateLimit = config === null ? undefined : await rateLimitOf(drill);
      const plan = planInput(drill, scenarios, planned, undefined, undefined, rateLimit);
      for (const line of flags.json ? asJson(plan) : asText(drill, plan, rateLimit)) process.stdout.write(`${line}\n`);
    });
}

/** A plan can be read without its adapter, too. */
async function rateLimitOf({ target }: Drill): Promise<RateLimit | undefined> {
  try {
    return (await adapterTarget(target.adapter)).declares.rateLimit;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`whether the target declares a rate limit is not known: ${why}\n`);
    return undefined;
  }
}

function* asJson(plan: PlanInput): Generator<string> {
  for (const fault of plan.faults) yield JSON.stringify({ fault });
  for (const session of planSessions(plan)) yield JSON.stringify(session);
}

function* asText(drill: Drill, plan: PlanInput, rateLimit: RateLimit | undefined): Generator<string> {
  yield `seed ${plan.seed} · ${plan.lanes} sessions at a time · ${plan.durationMs / 1_000} s · a step every ${plan.thinkMs} ms on average · driver ${drill.driver}${plan.browser ? ` · ${plan.browser.lanes} browsers, a step every ${plan.browser.thinkMs} ms` : ''}`;
  if (rateLimit !== undefined) yield* paceOf(drill, plan, rateLimit);
  for (const { kind, atMs, forMs } of plan.faults) {
    yield `${seconds(atMs)}  fault ${kind}, open for ${(forMs / 1_000).toFixed(1)} s`;
  }
  let stepCount = 0;
  let sessionCount = 0;
  for (const session of planSessions(plan)) {
    sessionCount += 1;
    stepCount += session.steps.length;
    const steps = session.steps.map(
      ({ action, barrier, abortAfterMs }) =>
        `${action.kind}${barrier ? ` ⧖${barrier.parties}` : ''}${abortAfterMs === undefined ? '' : ` ✂${abortAfterMs}ms`}`,
    );
    yield `${seconds(session.startMs)}  lane ${session.lane}  ${session.scenario}  ${viewerOf(session) ?? 'nobody'}: ${steps.join(', ')}`;
  }
  yield `${sessionCount} sessions, ${stepCount} steps (⧖n: released together with n; ✂: the client hangs up)`;
}

function* paceOf(drill: Drill, plan: PlanInput, rateLimit: RateLimit): Generator<string> {
  yield `as the adapter declares: ${paceTold(rateLimit).join(', ')}`;
  for (const problem of paceProblems(plan, drill, rateLimit)) yield `  can't be played so: ${problem}`;
  const weaker = weakened(rateLimit);
  if (weaker !== undefined) yield `  ${weaker}`;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2).padStart(7)} s`;
