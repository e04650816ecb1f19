// For tests: writes tiny histories in a few words, with a clock that moves by itself. Nothing outside tests imports this.
import type { CanaryKind } from '../../fixtures/domain.ts';
import type { Exchange, HistoryLine, Operation, Sighting } from '../history.ts';
import { type JudgeOptions, judge } from '../judge.ts';
import type { RuleId, Verdict } from '../verdict.ts';

export const thisRun = 7;
export const loadBeganAt = 10_000;
const stepMs = 100;
const operationMs = 10;

/** Owner, kind, item; item 0 when left out. */
export type Sees = readonly [owner: number, kind: CanaryKind, item?: number, run?: number];

export interface OperationWords extends Partial<Omit<Operation, 'patient' | 'action' | 'exchanges'>> {
  readonly sees?: readonly Sees[];
  /** Start, in ms after the load began; by default a little after the operation before. */
  readonly at?: number;
  readonly exchange?: Partial<Exchange>;
}

export function sighting([owner, kind, item = 0, run = thisRun]: Sees): Sighting {
  return { run, owner, kind, item, where: 'body', offset: 0, encoding: 'plain', count: 1 };
}

const routes: Partial<Record<Operation['action'], string>> = {
  'view-history': '/me/history',
  watch: '/recordings/{id}/content',
  'who-am-i': '/me',
};

export interface HistoryBuilder {
  readonly lines: HistoryLine[];
  add(line: HistoryLine): HistoryBuilder;
  enrolled(patient: number, items: readonly number[]): HistoryBuilder;
  phase(phase: Extract<HistoryLine, { t: 'phase' }>['phase'], fromMs: number, untilMs: number): HistoryBuilder;
  fault(
    id: string,
    fromMs: number,
    untilMs: number,
    words?: { kind?: string; hostile?: true; outage?: true },
  ): HistoryBuilder;
  does(patient: number | null, action: Operation['action'], words?: OperationWords): HistoryBuilder;
}

/** A history with its run line and nothing else. Times are in ms after the load began. */
export function historyBuilder(): HistoryBuilder {
  let clockMs = 0;
  let count = 0;
  const lines: HistoryLine[] = [];
  const builder: HistoryBuilder = {
    lines,
    add(line) {
      lines.push(line);
      return builder;
    },
    enrolled: (patient, items) => builder.add({ v: 1, t: 'enrolled', patient, items: [...items] }),
    phase: (phase, fromMs, untilMs) =>
      builder
        .add({ v: 1, t: 'phase', phase, event: 'began', at: loadBeganAt + fromMs })
        .add({ v: 1, t: 'phase', phase, event: 'ended', at: loadBeganAt + untilMs }),
    fault(id, fromMs, untilMs, { kind = `${id}-kind`, hostile, outage } = {}) {
      const words = { v: 1, t: 'fault', id, kind, ...(hostile && { hostile }), ...(outage && { outage }) } as const;
      return builder
        .add({ ...words, event: 'injected', at: loadBeganAt + fromMs })
        .add({ ...words, event: 'proved', at: loadBeganAt + fromMs, proof: 'it bit' })
        .add({ ...words, event: 'healed', at: loadBeganAt + untilMs });
    },
    does(patient, action, words = {}) {
      const { sees = [], at, exchange, ...given } = words;
      clockMs = at ?? clockMs + stepMs;
      count++;
      const startedAt = given.startedAt ?? loadBeganAt + clockMs;
      const session = given.session ?? `s${patient ?? 'anonymous'}`;
      const answer: Exchange = {
        method: 'GET',
        route: routes[action] ?? `/${action}`,
        startedAt,
        ms: operationMs,
        status: 200,
        node: 'app-1',
        version: 'v1',
        connection: `${session}#1`,
        bodyBytes: 100,
        sightings: sees.map(sighting),
        credentials: patient === null ? 'none' : 'cookie',
        ...exchange,
      };
      return builder.add({
        v: 1,
        t: 'operation',
        id: `op-${String(count).padStart(6, '0')}`,
        session,
        lane: patient ?? 0,
        scenario: 'test',
        patient,
        action,
        startedAt,
        endedAt: startedAt + operationMs,
        outcome: 'ok',
        signedIn: patient === null ? 'never' : 'yes',
        exchanges: [answer],
        ...given,
      });
    },
  };
  return builder.add({
    v: 1,
    t: 'run',
    id: 'test-run',
    run: thisRun,
    seed: 'seed',
    driver: 'node',
    target: 'test',
    startedAt: 0,
  });
}

/** What a whole list shows of one consultation: its title and its recording's file name. */
export const wholeItem = (owner: number, item = 0): readonly Sees[] => [
  [owner, 'title', item],
  [owner, 'file-name', item],
];

/** Alarm test, two patients who each see their own, one fault, and time to recover: the smallest history that passes. */
export function passingHistory(): HistoryBuilder {
  const builder = historyBuilder().enrolled(1, [0]).enrolled(2, [0]).phase('alarm-before', -2_000, -1_000);
  const ring = (fromMs: number): HistoryBuilder =>
    builder
      .does(90, 'view-history', { at: fromMs, alarm: true, sees: [[91, 'title']] })
      .does(90, 'watch', { alarm: true, sees: [[91, 'recording']] });
  ring(-1_500).phase('load', 0, 10_000).fault('flush', 1_000, 2_000);
  for (const atMs of [500, 1_500, 2_500, 8_000]) {
    for (const patient of [1, 2]) {
      builder.does(patient, 'view-history', { at: atMs + patient, complete: true, sees: wholeItem(patient) });
    }
  }
  builder.phase('alarm-after', 11_000, 12_000);
  return ring(11_500);
}

export const options: JudgeOptions = {
  declares: {
    headers: { node: 'x-node', version: 'x-version', cacheStatus: 'x-cache-status', requestId: 'x-request-id' },
    signOutBoundMs: 0,
    withdrawalBoundMs: 0,
    erasureBoundMs: 0,
    recordingReadyBoundMs: 1_000,
  },
  floor: { opportunitiesPerWindow: 1, opportunitiesPerNode: 1, opportunitiesPerVersion: 1 },
  missingOwnRateMax: 0.1,
  strict: false,
  notTested: [],
  sessions: 2,
  alarmChannels: ['list', 'bytes'],
};

export function judged(builder: HistoryBuilder, changed: Partial<JudgeOptions> = {}): Verdict {
  return judge(builder.lines, { ...options, ...changed });
}

/** The rules that a history breaks, the gravest first. */
export function broken(builder: HistoryBuilder, changed: Partial<JudgeOptions> = {}): RuleId[] {
  return judged(builder, changed).findings.map((finding) => finding.rule);
}
