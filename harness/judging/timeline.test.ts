import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryLine, Operation } from '../history.ts';
import type { Verdict, Violation } from '../verdict.ts';
import { bucketsMax, marksMax, timelineOf } from './timeline.ts';

const startedAt = 1_000_000;

const emptyVerdict: Verdict = {
  version: 1,
  id: 'r',
  verdict: 'PASS',
  exitCode: 0,
  meaning: '',
  reasons: [],
  target: 't',
  seed: '1',
  driver: 'node',
  startedAt,
  endedAt: startedAt + 10_000,
  sessions: 0,
  operations: 0,
  errors: 0,
  opportunities: 0,
  opportunityOperations: 0,
  bound95: null,
  worstWindow: null,
  firstSightingAfterMs: null,
  alarm: { passed: true, tests: [] },
  faults: [],
  findings: [],
  coverage: { rows: [], notTested: [], skippedSteps: 0 },
  warnings: [],
};

const sighting = {
  run: 1,
  owner: 1,
  kind: 'title',
  item: 0,
  where: 'body',
  offset: 0,
  encoding: 'plain',
  count: 1,
} as const;

function operation(atMs: number, change: Partial<Operation> = {}, personal = false): Operation {
  const at = startedAt + atMs;
  return {
    v: 1,
    t: 'operation',
    id: `o${atMs}`,
    session: 's',
    lane: 0,
    scenario: 'x',
    patient: 1,
    action: 'view-history',
    startedAt: at,
    endedAt: at + 5,
    outcome: 'ok',
    signedIn: 'yes',
    exchanges: personal
      ? [
          {
            method: 'GET',
            route: '/me/history',
            startedAt: at,
            ms: 5,
            status: 200,
            connection: 's#1',
            bodyBytes: 10,
            sightings: [sighting],
            credentials: 'cookie',
          },
        ]
      : [],
    ...change,
  };
}

function violation(atMs: number, rule: Violation['rule'] = 'foreign-listing'): Violation {
  return {
    rule,
    viewer: 1,
    owner: 2,
    item: 'title 0',
    reach: 'listed',
    operation: 'o',
    session: 's',
    scenario: 'x',
    action: 'view-history',
    route: 'GET /me/history',
    status: 200,
    at: startedAt + atMs,
    node: null,
    version: null,
    requestId: null,
    faultsOpen: [],
    window: 'steady',
    where: 'body',
    encoding: 'plain',
    afterAbort: false,
    barrier: null,
  };
}

function withViolations(...violations: readonly [Violation, ...Violation[]]): Verdict {
  const [first, ...examples] = violations;
  const finding = {
    rule: first.rule,
    route: first.route,
    summary: '',
    listed: 1,
    viewed: 0,
    owners: 1,
    viewers: 1,
    count: violations.length,
    nodes: [],
    versions: [],
    faultsOpen: [],
    first,
    examples,
  };
  return { ...emptyVerdict, findings: [finding] };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('timelineOf', () => {
  it('counts operations and errors by the second in which they began', () => {
    const { buckets, bucketMs } = timelineOf(
      [operation(0), operation(999, { outcome: 'failed' }), operation(2_000, { outcome: 'timeout' })],
      emptyVerdict,
    );
    expect(bucketMs).toBe(1_000);
    expect(buckets.map(({ operations, errors }) => [operations, errors])).toEqual([
      [2, 1],
      [0, 0],
      [1, 1],
    ]);
  });

  it('takes refusals and our own aborts for no errors', () => {
    const { buckets } = timelineOf(
      [operation(0, { outcome: 'refused' }), operation(1, { outcome: 'aborted' })],
      emptyVerdict,
    );
    expect(buckets[0]).toMatchObject({ operations: 2, errors: 0 });
  });

  it('leaves out the alarm test, whose sightings are meant', () => {
    expect(timelineOf([operation(0, { alarm: true }, true)], emptyVerdict).buckets).toEqual([]);
  });

  it('counts personal data as an opportunity only while another patient is active', () => {
    const opportunities = (...lines: HistoryLine[]): number =>
      sum(timelineOf(lines, emptyVerdict).buckets.map((bucket) => bucket.opportunities));
    expect(opportunities(operation(0, {}, true), operation(10, {}, true))).toBe(0);
    expect(opportunities(operation(0, {}, true), operation(10, { patient: 2 }))).toBe(1);
    expect(opportunities(operation(0, {}, true), operation(1_500, { patient: 2 }))).toBe(1);
    expect(opportunities(operation(0, {}, true), operation(2_500, { patient: 2 }))).toBe(0);
    expect(opportunities(operation(0, {}, true), operation(10, { patient: null }))).toBe(0);
  });

  it('takes phases and fault windows as they opened and closed', () => {
    const phase = (event: 'began' | 'ended', atMs: number, cutShort?: string): HistoryLine => ({
      v: 1,
      t: 'phase',
      phase: 'load',
      event,
      at: startedAt + atMs,
      ...(cutShort === undefined ? {} : { cutShort }),
    });
    const fault = { id: 'f1', kind: 'cache-flush', openedAt: startedAt + 500, healedAt: null, bit: true, proof: '' };
    const never = { ...fault, id: 'f2', openedAt: null };
    const timeline = timelineOf([phase('began', 100), phase('ended', 900, 'interrupted')], {
      ...emptyVerdict,
      faults: [fault, never],
    });
    expect(timeline.phases).toEqual([{ phase: 'load', fromMs: 100, toMs: 900, cutShort: 'interrupted' }]);
    expect(timeline.faults).toEqual([{ id: 'f1', kind: 'cache-flush', fromMs: 500, toMs: null, bit: true }]);
  });

  it('merges what one rule saw in one bucket into one mark, earliest first, and bounds them', () => {
    const verdict = withViolations(violation(5_200), violation(1_900), violation(5_700), violation(5_300, 'anonymous'));
    expect(timelineOf([], verdict).marks).toEqual([
      { rule: 'foreign-listing', atMs: 1_900, count: 1 },
      { rule: 'foreign-listing', atMs: 5_200, count: 2 },
      { rule: 'anonymous', atMs: 5_300, count: 1 },
    ]);
    const many = Array.from({ length: marksMax + 7 }, (_, index) => violation(index * 1_000));
    const bounded = timelineOf([], withViolations(violation(0), ...many));
    expect(bounded.marks).toHaveLength(marksMax);
    expect(bounded.marksLeftOut).toBe(7);
  });

  it('loses no operation and keeps its bound, in whatever order and however far apart', () => {
    const far = fc.oneof(fc.integer({ min: -5_000, max: 2_000_000 }), fc.integer({ min: 0, max: 2 ** 48 }));
    fc.assert(
      fc.property(fc.array(far, { maxLength: 60 }), (times) => {
        const { buckets, bucketMs } = timelineOf(
          times.map((atMs) => operation(atMs)),
          emptyVerdict,
        );
        expect(buckets.length).toBeLessThanOrEqual(bucketsMax);
        expect(sum(buckets.map((bucket) => bucket.operations))).toBe(times.length);
        expect(buckets.length).toBe(times.length === 0 ? 0 : Math.floor(Math.max(0, ...times) / bucketMs) + 1);
      }),
    );
  });

  it('puts each operation into the bucket of its time even after buckets were merged', () => {
    const { buckets, bucketMs } = timelineOf(
      [operation(599_000), operation(601_000), operation(1_900_000), operation(0)],
      emptyVerdict,
    );
    expect(bucketMs).toBe(4_000);
    const filled = buckets.flatMap((bucket, index) => (bucket.operations > 0 ? [[index, bucket.operations]] : []));
    expect(filled).toEqual([
      [0, 1],
      [149, 1],
      [150, 1],
      [475, 1],
    ]);
  });
});
