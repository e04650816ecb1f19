// For tests: four patients come to a target and stay a while, by either driver; then the judge looks at what was written down.
// Nothing outside tests imports this.
import { canaryOf } from '../../fixtures/canary.ts';
import type { PatientIndex } from '../../fixtures/domain.ts';
import type { DriveInput } from '../drivers/drive.ts';
import { driveInNode } from '../drivers/node.ts';
import type { HistoryLine, Operation } from '../history.ts';
import { judge } from '../judge.ts';
import type { SessionContext, Target } from '../targets/target.ts';
import type { RuleId } from '../verdict.ts';
import { scenarios } from './oauth-target-under-test.ts';

const run = 7;

/** As the product knows them: their e-mail address holds their canary. */
export const loginOf = (patient: PatientIndex): string => `patient-${patient}`;
export const passwordOf = (login: string): string => `open-sesame-${login}`;
export function emailOf(login: string): string {
  const patient = Number(login.replace(/\D/g, '')) as PatientIndex;
  return `${canaryOf(run, patient, 'email', 0)}@patients.example`;
}

export interface Driven {
  readonly operations: readonly Operation[];
  /** What was alleged, each rule once. */
  readonly rules: readonly RuleId[];
  /** All of the history as it stands in its file, and of the findings. */
  readonly text: string;
  /** The tokens themselves, as the adapter told the oracle of them; by the node driver alone. */
  readonly issued: readonly string[];
}

/** A short one asks twice who one is; one with an end does so again after signing out; a long one lasts until tokens have been renewed twice. */
export type Visit = 'long visit' | 'short visit' | 'visit with an end';
const lanes = 4;
/** At the most: it ends when everybody has made a visit, or was turned away. */
const loadMaxMs = 60_000;

const isRenewed = ({ exchanges }: Operation): boolean => exchanges.some(({ route }) => route === '/token');

/** The input of a drive that ends by itself; `lines` are filled as it goes. */
export function inputFor(target: Target, origin: string, visit: Visit, lines: HistoryLine[]): DriveInput {
  const over = new AbortController();
  const wanted = (line: HistoryLine): line is Operation =>
    line.t === 'operation' && line.action === 'who-am-i' && (visit !== 'long visit' || isRenewed(line));
  const isOver = (): boolean => {
    const turnedAway = lines.filter(({ t }) => t === 'skipped').length;
    const counts = Array.from(
      { length: lanes },
      (_, lane) => lines.filter(wanted).filter((op) => op.lane === lane).length,
    );
    return turnedAway + counts.filter((count) => count >= (visit === 'visit with an end' ? 3 : 2)).length >= lanes;
  };
  return {
    plan: {
      seed: 'logins',
      lanes,
      durationMs: loadMaxMs,
      thinkMs: 100,
      mix: scenarios.map((scenario) => ({ scenario, weight: scenario.name === visit ? 1 : 0 })),
      faults: [],
    },
    run,
    target,
    loadStartedAt: Date.now() + 50,
    connection: { origin, allowedHosts: ['127.0.0.1'] },
    accountOf: (patient) => ({ login: loginOf(patient), password: passwordOf(loginOf(patient)) }),
    clinicianAccountOf: () => ({}),
    recording: () => Promise.reject(new Error('not in this test')),
    emit(line) {
      lines.push(line);
      if (isOver()) over.abort(new Error('everybody has been there'));
    },
    signal: over.signal,
  };
}

export async function drivenInNode(target: Target, origin: string, visit: Visit = 'short visit'): Promise<Driven> {
  const lines: HistoryLine[] = [];
  const issued: string[] = [];
  await driveInNode(inputFor(overheard(target, issued), origin, visit, lines));
  return lookedAt(lines, target, issued);
}

/** The same target; what its actions say was issued is heard, too. */
function overheard(target: Target, issued: string[]): Target {
  const hear = (session: SessionContext): SessionContext => ({
    ...session,
    issued(...values) {
      issued.push(...values);
      session.issued(...values);
    },
  });
  const actions = Object.entries(target.actions).map(([kind, perform]) => [
    kind,
    (session: SessionContext, action: never) => perform(hear(session), action),
  ]);
  return { ...target, actions: Object.fromEntries(actions) };
}

export function lookedAt(lines: readonly HistoryLine[], target: Target, issued: readonly string[] = []): Driven {
  const operations = lines.filter((line) => line.t === 'operation');
  const atMs = Math.min(...operations.map(({ startedAt }) => startedAt));
  const endMs = Math.max(...operations.map(({ endedAt }) => endedAt));
  const phase = { v: 1, t: 'phase', phase: 'load' } as const;
  const patients = new Set(operations.flatMap(({ patient }) => patient ?? []));
  const whole: HistoryLine[] = [
    { v: 1, t: 'run', id: 'logins', run, seed: 'logins', driver: 'node', target: target.name, startedAt: atMs },
    ...[...patients].map((patient): HistoryLine => ({ v: 1, t: 'enrolled', patient, items: [] })),
    { ...phase, event: 'began', at: atMs },
    { ...phase, event: 'ended', at: endMs },
    ...lines,
  ];
  const floor = { opportunitiesPerWindow: 0, opportunitiesPerNode: 0, opportunitiesPerVersion: 0 };
  const { findings } = judge(whole, {
    declares: target.declares,
    floor,
    missingOwnRateMax: 1,
    strict: false,
    notTested: [],
    sessions: 4,
    alarmChannels: [],
  });
  return { operations, rules: findings.map(({ rule }) => rule), text: JSON.stringify([lines, findings]), issued };
}

/** Outcomes by action and state, each kind once. */
export const outcomesOf = ({ operations }: Driven): string[] => [
  ...new Set(
    operations.map(({ action, signedIn, outcome, detail }) =>
      [action, signedIn, outcome, detail ?? ''].join(' ').trim(),
    ),
  ),
];
