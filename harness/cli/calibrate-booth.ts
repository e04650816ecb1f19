// One booth of a calibration: starts its clinic, holds its trials there one after another, and stops it again. A trial that
// can't be held is a trial too, with the error for its reason.
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readAccount } from '../calibration/account.ts';
import { type Agreement, agreementOf } from '../calibration/agreement.ts';
import type { LogFigures, Trial } from '../calibration/calibration.ts';
import { caseOf } from '../calibration/cases.ts';
import { sideBySide } from '../calibration/correct.ts';
import { freshen } from '../calibration/freshen.ts';
import { idleBecause } from '../calibration/idle.ts';
import { isRight, isUndecided, logDisagrees } from '../calibration/score.ts';
import { firstSighting } from '../calibration/sighting.ts';
import type { Booth, TrialPlan } from '../calibration/trials.ts';
import { buildWorld, type World } from '../checks/world.ts';
import { defaultSchedule, resolveDrill } from '../drill.ts';
import type { HistoryLine } from '../history.ts';
import { readHistory } from '../history-file.ts';
import { runFolder } from '../run-folder.ts';
import { target as clinicTarget } from '../targets/clinic.ts';
import type { Verdict } from '../verdict.ts';
import { scenarios } from './calibration-scenarios.ts';
import { type RunningClinic, startClinic } from './clinic-process.ts';
import { conduct } from './conduct.ts';
import { connectLevers } from './deployment.ts';

export interface BoothInput {
  readonly booth: Booth;
  /** Tells the booths of one calibration apart. */
  readonly number: number;
  /** Folder of the calibration. */
  readonly out: string;
  readonly signal: AbortSignal;
  done(trial: Trial): void;
}

const lingerMs = 300;
const reasonsMax = 5;
const truthMaxMs = 60_000;

/** A trial that proves nothing is held once more: that the machine was busy for a moment says nothing of the program. */
export async function holdTrials(input: BoothInput): Promise<void> {
  const { booth, signal } = input;
  let clinic: LoggingClinic | undefined;
  const secretEnv = `CROSSTALK_CALIBRATION_SECRET_${input.number}`;
  try {
    let used = false;
    const hold = async (plan: TrialPlan): Promise<Trial> => {
      const began = performance.now();
      const told = await (async (): Promise<Told> => {
        clinic ??= await open(input, secretEnv);
        if (used) await mend(clinic, booth);
        used = true;
        return await holdTrial(plan, clinic, secretEnv, input);
      })().catch((error: unknown): Told => brokenDown(error));
      const { schedule: _, input: __, ...facts } = plan;
      return { ...facts, ...told, tookMs: Math.round(performance.now() - began) };
    };
    for (const plan of booth.trials) {
      if (signal.aborted) return;
      const first = await hold(plan);
      const trial = isUndecided(first) && !signal.aborted ? await hold(plan) : first;
      // Cut short by Ctrl-C it says nothing, and is held again next time.
      if (signal.aborted) return;
      input.done(trial);
    }
  } finally {
    await clinic?.stop();
    if (clinic?.accessLog) rmSync(clinic.accessLog, { force: true });
    delete process.env[secretEnv];
  }
}

type Told = Omit<Trial, keyof TrialPlan | 'tookMs'>;

interface LoggingClinic extends RunningClinic {
  readonly accessLog: string | undefined;
}

async function open({ booth, number, out }: BoothInput, secretEnv: string): Promise<LoggingClinic> {
  const { bug, nodes, topology } = booth;
  const bugs = bug === null ? [] : [bug];
  const accessLog = topology === 'real' ? undefined : path.join(out, `access-${number}.ndjson`);
  const log = accessLog === undefined ? { topology } : { accessLog };
  if (accessLog !== undefined) mkdirSync(out, { recursive: true });
  const clinic = await startClinic({ bug: bugs, nodes, ...log });
  process.env[secretEnv] = clinic.secret;
  return { ...clinic, accessLog };
}

async function mend({ adminUrl, secret }: RunningClinic, { bug }: Booth): Promise<void> {
  const levers = await connectLevers({ name: 'clinic', adminUrl }, {}, secret);
  await freshen(levers, { restart: caseOf(bug ?? '')?.restart === true });
}

async function holdTrial(
  plan: TrialPlan,
  clinic: LoggingClinic,
  adminSecretEnv: string,
  { out, signal }: BoothInput,
): Promise<Told> {
  const target = { adapter: 'clinic', url: clinic.url, adminUrl: clinic.adminUrl, adminSecretEnv };
  const folder = path.join(out, `${plan.bug ?? 'correct'}${plan.topology === 'real' ? '-real' : ''}`);
  const drill = resolveDrill({ ...plan.input, target, out: folder }, `the calibration's drill for ${plan.bug}`);
  const verdict = await conduct(drill, {
    repeat: repeatOf(plan),
    owned: [],
    signal,
    silent: true,
    scenarios: { list: scenarios, module: path.resolve(import.meta.dirname, 'calibration-scenarios.ts') },
    schedule: plan.schedule === 'side-by-side' ? sideBySide : defaultSchedule,
    lingerMs,
    pristine: true,
  });
  const run = runFolder(path.resolve(folder, verdict.id));
  const { lines } = await readHistory(run.history);
  const log = clinic.accessLog === undefined ? null : await agreementWith(clinic, clinic.accessLog, lines, verdict);
  if (log !== null && logDisagrees(figuresOf(log))) {
    writeFileSync(path.join(run.path, 'disagreement.json'), `${JSON.stringify(log, null, 2)}\n`);
  }
  const told = tell(verdict, firstSighting(verdict, lines), log && figuresOf(log), path.relative(out, run.path));
  // A hundred megabytes that say that nothing was there.
  if (plan.kind === 'correct' && isRight({ ...plan, ...told, tookMs: 0 })) rmSync(run.history);
  return told;
}

/** The log begins anew for each trial; the truth is the whole clinic's. */
async function agreementWith(
  clinic: RunningClinic,
  accessLog: string,
  lines: readonly HistoryLine[],
  verdict: Verdict,
): Promise<Agreement> {
  const response = await fetch(new URL('/truth', clinic.adminUrl), {
    headers: { authorization: `Bearer ${clinic.secret}` },
    signal: AbortSignal.timeout(truthMaxMs),
  });
  const truth = await response.text();
  if (!response.ok) throw new Error(`GET /truth of the clinic answered ${response.status}: ${truth.slice(0, 200)}`);
  const log = readFileSync(accessLog, 'utf8');
  truncateSync(accessLog);
  const world = buildWorld(lines, clinicTarget.declares);
  const patients = new Set(lines.flatMap((line) => (line.t === 'enrolled' ? [line.patient] : [])));
  return agreementOf(world, verdict.findings, readAccount(log, truth, world.run.run, patients, authorsIn(world)));
}

/** Who was given which id when they booked. */
function authorsIn({ operations }: World): (consultationId: string) => readonly number[] {
  const authors = new Map<string, number[]>();
  for (const { action, patient, createdIds = [] } of operations) {
    if (action !== 'book' || patient === null) continue;
    for (const id of createdIds) authors.set(id, [...(authors.get(id) ?? []), patient]);
  }
  return (id) => authors.get(id) ?? [];
}

function figuresOf({ answers, foreign, missed, invented, miscounted }: Agreement): LogFigures {
  return { answers, foreign, missed: missed.length, invented: invented.length, miscounted: miscounted.length };
}

function tell(verdict: Verdict, first: Trial['first'], log: LogFigures | null, run: string): Told {
  return {
    verdict: verdict.verdict,
    reasons: verdict.reasons.slice(0, reasonsMax),
    rules: [...new Set(verdict.findings.map(({ rule }) => rule))],
    findings: verdict.findings.length,
    first,
    log,
    operations: verdict.operations,
    opportunities: verdict.opportunities,
    idle: idleBecause(verdict),
    run,
  };
}

function brokenDown(error: unknown): Told {
  const reasons = [error instanceof Error ? error.message : String(error)];
  return {
    verdict: 'ERROR',
    reasons,
    rules: [],
    findings: 0,
    first: null,
    log: null,
    operations: 0,
    opportunities: 0,
    run: null,
  };
}

function repeatOf({ kind, bug, seed }: TrialPlan): string {
  if (kind === 'default') return `npm start -- --seed ${seed} --bug ${bug}`;
  return `npx crosstalk calibrate${bug === null ? '' : ` --bug ${bug}`} --seed ${seed}`;
}
