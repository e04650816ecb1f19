// Performs the plan of one session, whichever driver carries it: waits, releases, speaks through the adapter, and writes one
// operation for each action. What the adapter throws or returns wrongly is an outcome, never the end of the run. Safe inside k6.
import { pastConsultationCount } from '../../fixtures/cohort.ts';
import type { ClinicianIndex, PatientIndex } from '../../fixtures/domain.ts';
import type { HistoryLine, Operation } from '../history.ts';
import type { Action, Barrier, SessionPlan, Step } from '../plan.ts';
import { secretsOf } from '../secrets.ts';
import type { Account, ActionFunction, Target } from '../targets/target.ts';
import type { Board } from './board.ts';
import type { Client } from './client.ts';
import { type Leash, leashOn } from './leash.ts';
import { outcomeOf } from './outcome.ts';
import { whatItLeft } from './playable.ts';
import { type OpenContext, seenThrough, sessionContext, tokenFingerprints } from './session-context.ts';
import { sleep } from './sleep.ts';

/** The world as a driver offers it. */
export interface Stagehand {
  readonly run: number;
  readonly seed: string;
  readonly target: Target;
  /** Milliseconds since the epoch at which the plan's time 0 lies. */
  readonly loadStartedAt: number;
  accountOf(patient: PatientIndex): Account;
  clinicianAccountOf(clinician: ClinicianIndex): Account;
  recording(patient: PatientIndex, item: number, segment: 0 | 1): Promise<Uint8Array<ArrayBuffer>>;
  openClient(session: string, whose: Pick<SessionPlan, 'patient' | 'clinician'>): Client;
  emit(line: HistoryLine): void;
  now(): number;
  /** Resolves when the barrier opens (or its wait is over): whether the next request's turn came with it. */
  meet(barrier: Barrier): Promise<boolean>;
  /** What sessions hand one another. `read` waits a bounded time for it. */
  readonly board: Pick<Board, 'read'> & { post(name: string, link: string): void | Promise<void> };
  /** No step may begin any more. */
  stopped(): boolean;
}

/**
 * A session that would begin later than this is left out as a whole, so that those which are played on a slow target are played
 * to their end, where what was done before shows. Long ones may be late by half their length.
 */
const beginsLateMs = { least: 1_500, most: 4_000 } as const;
const signInAttemptsMax = 3;
/** Who waits looks up so often, for the run may have been broken off. */
const waitSliceMs = 500;
const signInPauseMs = 250;

interface Session {
  readonly plan: SessionPlan;
  readonly client: Client;
  readonly leash: Leash;
  /** What was shown or given to it, and must not be told. */
  readonly secrets: Set<string>;
  readonly memory: ReadonlyMap<string, string>;
  readonly context: OpenContext;
  signedIn: Operation['signedIn'];
  afterAbort: boolean;
  /** Why nothing more can be asked of it. */
  lost: string | null;
  /** The stream that is being read beside the steps, until it ends. */
  listening: Promise<void>;
  /** Set by the first sign-in, taken by the one that may follow a refusal. */
  signInAgain: Step | null;
  count: number;
}

export async function performSession(plan: SessionPlan, stagehand: Stagehand): Promise<void> {
  const client = stagehand.openClient(plan.id, plan);
  const leash = leashOn(client);
  const context = contextOf(plan, { ...client, http: leash.http }, stagehand);
  const session: Session = {
    plan,
    client,
    leash,
    secrets: new Set(secretsOf(context.account)),
    memory: context.memory,
    context,
    signedIn: 'never',
    afterAbort: false,
    lost: null,
    listening: Promise.resolve(),
    signInAgain: null,
    count: 0,
  };
  try {
    for (const [position, step] of plan.steps.entries()) {
      await waitFor(step, client, stagehand);
      if (stagehand.stopped()) return;
      const why = cannotGoOn(session, position, step, stagehand);
      if (why) return skip(plan, plan.steps.length - position, why, stagehand);
      await performStep(session, step, stagehand);
    }
  } finally {
    await session.listening;
    leash.cut();
    await client.close();
  }
}

function contextOf(plan: SessionPlan, client: Client, stagehand: Stagehand): OpenContext {
  const patient = plan.patient ?? (0 as PatientIndex);
  return sessionContext(client, patient, { ...stagehand, account: accountFor(plan, stagehand) });
}

function accountFor({ patient, clinician }: SessionPlan, stagehand: Stagehand): Account {
  if (clinician !== undefined) return stagehand.clinicianAccountOf(clinician);
  return patient === null ? {} : stagehand.accountOf(patient);
}

async function waitFor(step: Step, client: Client, stagehand: Stagehand): Promise<void> {
  if (step.barrier) {
    if (await stagehand.meet(step.barrier)) client.payAhead();
    return;
  }
  const leftMs = (): number => stagehand.loadStartedAt + step.atMs - stagehand.now();
  for (let ms = leftMs(); ms > 0 && !stagehand.stopped(); ms = leftMs()) await sleep(Math.min(ms, waitSliceMs));
}

function cannotGoOn(session: Session, position: number, step: Step, stagehand: Stagehand): string | null {
  if (session.lost !== null) return session.lost;
  const latestMs = position === 0 ? latestBeginMs(session.plan) : session.plan.endMs;
  if (stagehand.now() > stagehand.loadStartedAt + latestMs) return 'too late: the target was slower than the plan';
  const { patient, clinician } = session.plan;
  const isSomebody = patient !== null || clinician !== undefined;
  if (isSomebody && session.signedIn === 'never' && step.action.kind !== 'sign-in') {
    return `could not sign in (${signInAttemptsMax} attempts)`;
  }
  return null;
}

function latestBeginMs({ startMs, endMs, steps }: SessionPlan): number {
  // Whoever leaves out whole scenes, or none, lets each session begin whenever it comes.
  if (endMs === Number.POSITIVE_INFINITY) return endMs;
  const lengthMs = (steps.at(-1)?.atMs ?? startMs) - startMs;
  return Math.min(endMs, startMs + Math.max(beginsLateMs.least, Math.min(beginsLateMs.most, lengthMs / 2)));
}

/** Puts on record what is left undone of a session, and why. */
export function skip(
  plan: Pick<SessionPlan, 'id' | 'scenario'>,
  steps: number,
  why: string,
  stagehand: Pick<Stagehand, 'emit'>,
): void {
  stagehand.emit({ v: 1, t: 'skipped', session: plan.id, scenario: plan.scenario, steps, why });
}

async function performStep(session: Session, step: Step, stagehand: Stagehand): Promise<void> {
  if (step.action.kind === 'sign-in') {
    session.signInAgain = session.signedIn === 'ended' ? null : step;
    await signIn(session, step, stagehand);
    return;
  }
  if (step.action.kind === 'listen') {
    // One stream at a time; the next reconnects where this one ends.
    await session.listening;
    session.listening = listenBeside(session, step, stagehand);
    // Whoever awaits it later sees the error; until then it is not one that nobody handles.
    session.listening.catch(() => {});
    return;
  }
  const operation = await performAction(session, step, stagehand);
  const [link] = session.context.playable;
  if (step.postLinkAs !== undefined && link !== undefined) await stagehand.board.post(step.postLinkAs, link);
  if (step.action.kind === 'sign-out' || step.action.kind === 'erase') session.signInAgain = null;
  if (operation !== null && session.signInAgain !== null && isTurnedOut(operation)) {
    const again = session.signInAgain;
    session.signInAgain = null;
    // Only the sign-in itself: what a plan said of hang-ups and barriers was for its own step.
    await signIn(session, { atMs: again.atMs, action: again.action }, stagehand);
  }
}

/** A session that has not signed out is none any more, as after a failover that revoked all: as people do, it signs in again, once. */
function isTurnedOut({ outcome, exchanges }: Operation): boolean {
  // It may have tried to renew its token since.
  return outcome === 'refused' && exchanges.some(({ status }) => status === 401);
}

async function signIn(session: Session, step: Step, stagehand: Stagehand): Promise<void> {
  for (let attempt = 0; attempt < signInAttemptsMax && !stagehand.stopped(); attempt++) {
    const operation = await performAction(session, step, stagehand);
    if (operation === null || operation.outcome === 'ok') return;
    await sleep(signInPauseMs);
  }
}

/** As an app does that stays subscribed while its user goes on. */
async function listenBeside(session: Session, step: Step, stagehand: Stagehand): Promise<void> {
  const client = session.client.beside();
  const leash = leashOn(client);
  const context = { ...session.context, ...seenThrough({ ...client, http: leash.http }, stagehand.run) };
  try {
    await performAction({ ...session, client, leash, context }, step, stagehand, frameOf(session, step));
  } finally {
    leash.cut();
    await client.close();
  }
}

/** One action, one operation. Null where the target has no such action, or gave nothing to play. */
async function performAction(
  session: Session,
  step: Step,
  stagehand: Stagehand,
  given?: Frame,
): Promise<Operation | null> {
  const { action } = step;
  const perform = stagehand.target.actions[action.kind] as ActionFunction<typeof action.kind> | undefined;
  if (!perform || !(await hasWhatItNeeds(session, action, stagehand))) return null;
  session.client.hangUpAfter(step.abortAfterMs ?? null);
  if (action.kind === 'sign-out') session.client.freezeCookies();
  const frame = given ?? frameOf(session, step);
  session.client.begin(frame.id);
  session.context.signedIn = session.signedIn;
  const startedAt = stagehand.now();
  const done = await outcomeOf(
    async () => whatItLeft(session.context, await perform(session.context, ofThisRun(action, stagehand.run) as never)),
    {
      fn: session.client.screen ? `pages.${action.kind}` : action.kind,
      source: stagehand.target.source,
      leash: session.leash,
      secrets: () => [...session.secrets, ...session.leash.secrets, ...session.memory.values()],
    },
  );
  for (const value of done.sessionValues) session.secrets.add(value);
  const operation: Operation = {
    ...frame,
    startedAt,
    endedAt: Math.max(startedAt, stagehand.now()),
    ...done.facts,
    ...recordOf(session, done.sessionValues, stagehand.run),
  };
  stagehand.emit(operation);
  session.afterAbort = operation.outcome === 'aborted';
  session.lost = done.lost ?? null;
  if (operation.outcome === 'ok' && action.kind === 'sign-in') session.signedIn = 'yes';
  if (operation.outcome === 'ok' && (action.kind === 'sign-out' || action.kind === 'erase')) session.signedIn = 'ended';
  return operation;
}

/** A target keeps idempotency keys longer than a run lasts, and leased accounts are there in the next one. */
function ofThisRun(action: Action, run: number): Action {
  return action.kind === 'book' && action.key !== undefined ? { ...action, key: `${action.key}-${run}` } : action;
}

async function hasWhatItNeeds({ plan, context }: Session, action: Action, stagehand: Stagehand): Promise<boolean> {
  if (action.kind === 'follow-link') {
    context.postedLink = await stagehand.board.read(action.board);
    if (context.postedLink === null) skip(plan, 1, 'no link was posted', stagehand);
    return context.postedLink !== null;
  }
  if (action.kind !== 'watch' || context.playable.length > 0) return true;
  if (hasRecordings(plan.patient)) skip(plan, 1, 'nothing to play', stagehand);
  return false;
}

const hasRecordings = (patient: PatientIndex | null): boolean => patient !== null && pastConsultationCount(patient) > 0;

function recordOf(
  session: Session,
  bearer: readonly string[],
  run: number,
): Pick<Operation, 'exchanges' | 'sessionValues'> {
  const { exchanges, sessionValues } = session.client.take();
  const all = [...sessionValues, ...tokenFingerprints(run, bearer)];
  return { exchanges: [...exchanges], ...(all.length > 0 && { sessionValues: all }) };
}

type Frame = Omit<Operation, 'startedAt' | 'endedAt' | 'outcome' | 'exchanges'>;

/** What is known of an operation before it begins; gives it its number. */
function frameOf(session: Session, step: Step): Frame {
  const { plan, signedIn, afterAbort } = session;
  session.count += 1;
  return {
    v: 1,
    t: 'operation',
    id: `${plan.id}/${session.count}`,
    session: plan.id,
    lane: plan.lane,
    scenario: plan.scenario,
    patient: plan.patient,
    ...(session.client.screen && { browser: true }),
    ...(plan.clinician !== undefined && { clinician: plan.clinician }),
    signedIn,
    ...(step.barrier && { barrier: step.barrier.name }),
    ...(afterAbort && { afterAbort }),
    ...(step.postLinkAs !== undefined && { posts: step.postLinkAs }),
    ...factsOf(step.action),
  };
}

function factsOf(action: Action): Pick<Operation, 'action' | 'item' | 'of' | 'toClinician' | 'page' | 'board'> {
  switch (action.kind) {
    case 'book':
    case 'view-consultation':
    case 'cancel':
    case 'attend':
    case 'switch-call':
    case 'end-call':
      return { action: action.kind, item: action.item };
    case 'view-history':
      return { action: action.kind, page: action.page, ...(action.of !== undefined && { of: action.of }) };
    case 'share':
      return { action: action.kind, of: action.with };
    case 'withdraw':
      return { action: action.kind, of: action.from };
    case 'follow-link':
      return { action: action.kind, board: action.board };
    case 'move-practice':
      return { action: action.kind, toClinician: action.to };
    default:
      return { action: action.kind };
  }
}
