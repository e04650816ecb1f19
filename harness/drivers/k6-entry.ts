// What runs inside k6: one virtual user is one lane, one iteration is one session, so that k6's own closing of connections
// between iterations gives every session a fresh one. Each lane derives its sessions from the seed; nothing is shipped.
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Barrier, Scenario, SessionPlan } from '../plan.ts';
import { type PlanInput, planLane } from '../planner.ts';
import type { Account, Target } from '../targets/target.ts';
import { barrierWaitMaxMs } from './barrier.ts';
import { boardWaitMaxMs } from './board.ts';
import { HttpFailure } from './client.ts';
import type { ScanTools } from './k6-clearance.ts';
import { type K6Http, k6Client } from './k6-client.ts';
import { type K6Config, type K6Release, type K6Start, k6Files } from './k6-config.ts';
import { type LineBatch, lineBatch } from './k6-lines.ts';
import { scanTools } from './k6-tools.ts';
import { performSession, type Stagehand } from './perform.ts';
import { sleep } from './sleep.ts';
import { accountKey, turnWaitMaxMs } from './turns.ts';

/** k6 reads files while it loads a script, and only then. */
const { open } = globalThis as unknown as { open(path: string): string };

const recordingTimeoutMs = 15_000;
/** A moment more than the harness lets parties wait. */
const meetingGraceMs = 1_000;

interface Accounts {
  readonly patient: readonly (Account | null)[];
  readonly clinician: readonly (Account | null)[];
}

export interface K6Script {
  readonly options: object;
  setup(): K6Start;
  perform(start: K6Start): Promise<void>;
}

export function k6Script(target: Target, scenarios: readonly Scenario[]): K6Script {
  return scriptWith(target, scenarios, { tools: scanTools, write: (text) => console.log(text) });
}

/** What makes a load a test: looking into answers, and writing down what was seen. The benchmark leaves both out. */
export interface Oracle {
  readonly tools: ScanTools;
  write(text: string): void;
}

export function scriptWith(target: Target, scenarios: readonly Scenario[], oracle: Oracle): K6Script {
  const config = JSON.parse(open(`./${k6Files.config}`)) as K6Config;
  const accounts: Accounts = {
    patient: new SharedArray<Account | null>('accounts', () => JSON.parse(open(`./${k6Files.accounts}`))),
    clinician: new SharedArray<Account | null>('clinicians', () => JSON.parse(open(`./${k6Files.clinicians}`))),
  };
  const plan = planOf(config, scenarios);
  const sourced = config.source === undefined ? target : { ...target, source: config.source };
  const lines = lineBatch(oracle.write);
  let sessions: Generator<SessionPlan> | undefined;

  return {
    options: config.options,
    setup: () => askForStart(config),
    async perform(start) {
      const stagehand = stagehandOf(config, sourced, accounts, { lines, tools: oracle.tools }, start);
      try {
        // Segments of a load that is split over machines keep their users' numbers.
        sessions ??= planLane(plan, exec.vu.idInTest - 1);
        if (stagehand.stopped()) return;
        const next = sessions.next();
        if (!next.done) await performSession(next.value, stagehand);
      } catch (problem) {
        exec.test.abort(problem instanceof Error ? `${problem.message}\n${problem.stack}` : String(problem));
      } finally {
        lines.flush();
      }
    },
  };
}

/** The harness answers once the load may begin, and says when. */
function askForStart(config: K6Config): K6Start {
  const response = http.get(`${config.desk}/start`, { timeout: config.startWaitMs });
  if (response.status !== 200) {
    throw new Error(
      `the harness did not say when to start: ${response.status} ${response.error}; it may have been stopped meanwhile`,
    );
  }
  return response.json() as unknown as K6Start;
}

function planOf(config: K6Config, scenarios: readonly Scenario[]): PlanInput {
  const mix = config.mix.map(({ name, weight }) => {
    const scenario = scenarios.find((candidate) => candidate.name === name);
    if (!scenario) throw new Error(`scenario ${name} is in the plan but not among the scenarios bundled for k6`);
    return { scenario, weight };
  });
  return { ...config.plan, mix };
}

function stagehandOf(
  config: K6Config,
  target: Target,
  accounts: Accounts,
  { lines, tools }: { readonly lines: LineBatch; readonly tools: ScanTools },
  { loadStartedAt }: K6Start,
): Stagehand {
  const { run, connection } = config;
  const endsAt = loadStartedAt + config.plan.durationMs;
  const given = { http: http as unknown as K6Http, tools };
  return {
    run,
    seed: config.plan.seed,
    target,
    loadStartedAt,
    accountOf: (patient) => accountOf(accounts, 'patient', patient),
    clinicianAccountOf: (clinician) => accountOf(accounts, 'clinician', clinician),
    recording: (patient, item, segment) => fetchRecording(`${config.desk}/recordings/${patient}/${item}/${segment}`),
    openClient: (session, whose) =>
      k6Client({
        ...connection,
        ...given,
        session,
        run,
        declares: target.declares,
        ...(config.takesTurns && { takeTurn: (isPaid: boolean) => takeTurn(config.desk, accountKey(whose), isPaid) }),
      }),
    emit: lines.add,
    now: () => Date.now(),
    meet: (barrier) => meet(barrier, config, loadStartedAt),
    board: boardAt(`${config.desk}/board`),
    stopped: () => Date.now() >= endsAt,
  };
}

function accountOf(accounts: Accounts, kind: keyof Accounts, number: number): Account {
  const account = accounts[kind][number];
  if (!account) throw new Error(`${kind} ${number} was not enrolled, so nobody can sign in as them`);
  return account;
}

/** Users share nothing, so they meet at the harness. Should it not answer, the plan's own time has to do. */
async function meet(barrier: Barrier, { desk, takesTurns }: K6Config, loadStartedAt: number): Promise<boolean> {
  const plannedAt = loadStartedAt + barrier.atMs;
  const turnMs = takesTurns ? turnWaitMaxMs : 0;
  const timeout = Math.max(0, plannedAt - Date.now()) + barrierWaitMaxMs + turnMs + meetingGraceMs;
  const url = `${desk}/meet/${barrier.parties}/${Math.round(barrier.atMs)}/${encodeURIComponent(barrier.name)}`;
  const response = await http.asyncRequest('GET', url, null, { timeout });
  const release =
    response.status === 200 ? (response.json() as unknown as K6Release) : { releaseAt: plannedAt, isPaid: false };
  await waitUntil(release.releaseAt);
  return release.isPaid;
}

/** Turns are given out at the harness, for users share nothing. */
async function takeTurn(desk: string, account: string | null, isPaid: boolean): Promise<void> {
  const url = `${desk}/turn/${isPaid ? 1 : 0}/${account ?? ''}`;
  // First its account's turn, then its own among all.
  const response = await http.asyncRequest('GET', url, null, { timeout: 2 * turnWaitMaxMs + meetingGraceMs });
  if (response.status === 204) return;
  const said = response.status === 429 ? String(response.body) : `the harness gave no turn (${response.error})`;
  throw new HttpFailure('timeout', said);
}

/** Where users find one another's links: at the harness, as with everything they share. */
function boardAt(url: string): Stagehand['board'] {
  const at = (name: string): string => `${url}/${encodeURIComponent(name)}`;
  return {
    async post(name, link) {
      await http.asyncRequest('POST', at(name), link, { timeout: meetingGraceMs });
    },
    async read(name) {
      const response = await http.asyncRequest('GET', at(name), null, { timeout: boardWaitMaxMs + meetingGraceMs });
      return response.status === 200 && typeof response.body === 'string' ? response.body : null;
    },
  };
}

async function waitUntil(at: number): Promise<void> {
  for (let leftMs = at - Date.now(); leftMs > 0; leftMs = at - Date.now()) await sleep(leftMs);
}

async function fetchRecording(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await http.asyncRequest('GET', url, null, { responseType: 'binary', timeout: recordingTimeoutMs });
  if (response.status !== 200 || response.body === null) {
    throw new Error(`the harness gave no recording (${response.status} ${response.error}): nothing to send`);
  }
  return new Uint8Array(response.body);
}
