// Made-up but life-like reports for the tests of this folder: a PASS, a LEAK across an upgrade, and an INCONCLUSIVE run.
// All three come from one small model of a minute of load, so that their figures agree with each other.
import type { Report, Timeline, TimelineBucket } from '../harness/report.ts';
import type { CoverageRow, Verdict } from '../harness/verdict.ts';
import {
  sampleDeclared,
  sampleListingFinding,
  sampleMissingFinding,
  sampleRecordingFinding,
  startedAt,
} from './sample-findings.ts';

const runSeconds = 74;

export function samplePass(): Report {
  return reportOf(verdict({}));
}

export function sampleLeak(): Report {
  return reportOf(
    verdict({
      verdict: 'LEAK',
      exitCode: 1,
      meaning:
        'Patients saw consultations of 9 others; recordings of 2 of them were delivered. First sighting 31.4 s in.',
      reasons: [
        'foreign-listing: GET /me/history gave 14 consultations of 9 patients to 11 others',
        'foreign-recording: GET /recordings/{id}/content delivered 2 recordings of 2 patients to 2 others',
      ],
      firstSightingAfterMs: 31_400,
      findings: [sampleRecordingFinding(), sampleListingFinding(), sampleMissingFinding()],
      declared: [sampleDeclared()],
      warnings: ['1 of 412 views of an own history lacked an item (limit: 5 %).'],
    }),
  );
}

export function sampleInconclusive(): Report {
  const base = verdict({});
  const short = base.coverage.rows.map((row) =>
    row.name === 'deploy-upgrade-4' || row.name === 'v2' ? { ...row, opportunities: 3, bound95: 0.63 } : row,
  );
  return reportOf(
    verdict({
      verdict: 'INCONCLUSIVE',
      exitCode: 2,
      meaning: 'No leak was seen, but the run did not look hard enough where it matters to call that a PASS.',
      reasons: [
        'deploy-upgrade-4 had 3 independent opportunities, fewer than the 20 that the drill asks for',
        'cache-slow-2 was injected, but nothing shows that it bit: delayedCount stayed at 0',
        'the alarm test on recording bytes after the load did not ring: canaries may not survive the way',
      ],
      faults: base.faults.map((fault) =>
        fault.kind === 'cache-slow' ? { ...fault, bit: false, proof: 'delayedCount stayed at 0 for 8.0 s' } : fault,
      ),
      coverage: { ...base.coverage, rows: short, skippedSteps: 118 },
      alarm: {
        passed: false,
        tests: base.alarm.tests.map((test) =>
          test.phase === 'after' && test.channel === 'bytes'
            ? { ...test, rang: false, detail: '206 with 4,096 bytes, no canary in them' }
            : test,
        ),
      },
      warnings: ['118 steps were left out: their sessions ran out of time.'],
    }),
  );
}

const faults: Verdict['faults'] = [
  {
    id: 'cache-flush-1',
    kind: 'cache-flush',
    openedAt: 14_000,
    healedAt: 16_000,
    bit: true,
    proof: 'the flush threw away 318 entries',
  },
  {
    id: 'cache-slow-2',
    kind: 'cache-slow',
    openedAt: 18_000,
    healedAt: 26_000,
    bit: true,
    proof: '1,204 commands were delayed by 120 ms',
  },
  {
    id: 'deploy-upgrade-4',
    kind: 'deploy-upgrade',
    openedAt: 29_000,
    healedAt: 43_000,
    bit: true,
    proof: 'v1 and v2 served side by side for 7.2 s; at the end all 3 nodes served v2',
  },
  {
    id: 'instance-crash-5',
    kind: 'instance-crash',
    openedAt: 48_000,
    healedAt: 51_500,
    bit: true,
    proof: 'app-3 was killed and came back under another bootId after 2.1 s',
  },
  {
    id: 'deploy-rollback-6',
    kind: 'deploy-rollback',
    openedAt: 56_000,
    healedAt: 64_000,
    bit: true,
    proof: 'at the end all 3 nodes served v1',
  },
].map((fault) => ({ ...fault, openedAt: startedAt + fault.openedAt, healedAt: startedAt + fault.healedAt }));

function row(kind: CoverageRow['kind'], name: string, opportunities: number, floor: number): CoverageRow {
  return {
    kind,
    name,
    operations: opportunities * 4 + 31,
    opportunityOperations: opportunities * 3,
    opportunities,
    floor,
    bound95: opportunities === 0 ? null : 1 - 0.05 ** (1 / opportunities),
  };
}

const coverageRows: readonly CoverageRow[] = [
  row('window', 'steady', 1_480, 20),
  ...faults.map((fault, index) => row('window', fault.id, [92, 204, 311, 88, 135][index] ?? 50, 20)),
  ...['app-1', 'app-2', 'app-3'].map((node, index) => row('node', node, 801 - index * 54, 20)),
  row('version', 'v1', 1_702, 20),
  row('version', 'v2', 608, 20),
  ...['view-history', 'watch', 'who-am-i', 'book', 'attend'].map((action, index) =>
    row('action', action, 940 - index * 190, 0),
  ),
];

function verdict(change: Partial<Verdict>): Verdict {
  return {
    version: 1,
    id: '20261122-185302-k7qd',
    verdict: 'PASS',
    exitCode: 0,
    meaning:
      'With 2,310 independent opportunities and no leak, the leak rate is below 0.13 % at 95 % confidence; in the thinnest window, instance-crash, below 3.3 %.',
    reasons: [],
    target: 'reference clinic (embedded)',
    seed: '7',
    driver: 'node',
    startedAt,
    endedAt: startedAt + runSeconds * 1_000,
    sessions: 186,
    operations: 9_412,
    errors: 61,
    opportunities: 2_310,
    opportunityOperations: 6_930,
    bound95: 0.0335,
    worstWindow: 'instance-crash-5',
    firstSightingAfterMs: null,
    alarm: {
      passed: true,
      tests: (['before', 'after'] as const).flatMap((phase) => [
        { phase, channel: 'list' as const, rang: true, detail: '3 canaries of the other patient in GET /me/history' },
        {
          phase,
          channel: 'bytes' as const,
          rang: true,
          detail: '206 with 4,096 bytes, the other patient’s canary in them',
        },
      ]),
    },
    faults,
    findings: [],
    coverage: {
      rows: [...coverageRows],
      notTested: ['export: the target offers no export', 'bearer sign-in over the edge: the drill leaves it out'],
      skippedSteps: 4,
    },
    warnings: [],
    ...change,
  };
}

/** A wave of load with a dip and some errors after the crash; the same for each call. */
function bucket(second: number): TimelineBucket {
  if (second < 6 || second > 68) return { operations: 0, errors: 0, opportunities: 0 };
  const wave = 148 + 38 * Math.sin(second / 5) + 17 * Math.sin(second * 1.7);
  const slowed = second >= 18 && second < 26 ? 0.62 : 1;
  const errors = second >= 48 && second < 52 ? 16 - (second - 48) * 3 : second % 17 === 0 ? 1 : 0;
  const operations = Math.round(wave * slowed);
  return { operations, errors, opportunities: Math.round(operations * (0.66 + 0.06 * Math.sin(second))) };
}

function timeline(verdict: Verdict): Timeline {
  const violations = verdict.findings.flatMap((finding) => [finding.first, ...finding.examples]);
  return {
    startedAt,
    bucketMs: 1_000,
    buckets: Array.from({ length: runSeconds }, (_, second) => bucket(second)),
    phases: [
      { phase: 'seed', fromMs: 0, toMs: 4_100, cutShort: null },
      { phase: 'alarm-before', fromMs: 4_100, toMs: 6_000, cutShort: null },
      { phase: 'load', fromMs: 6_000, toMs: 69_000, cutShort: null },
      { phase: 'alarm-after', fromMs: 69_000, toMs: 71_200, cutShort: null },
      { phase: 'unseed', fromMs: 71_200, toMs: 74_000, cutShort: null },
    ],
    faults: verdict.faults.flatMap(({ id, kind, openedAt, healedAt, bit }) =>
      openedAt === null
        ? []
        : [{ id, kind, bit, fromMs: openedAt - startedAt, toMs: healedAt === null ? null : healedAt - startedAt }],
    ),
    marks: violations.map(({ rule, at }) => ({ rule, atMs: at - startedAt, count: 1 })),
    marksLeftOut: 0,
  };
}

export function reportOf(verdict: Verdict): Report {
  return { verdict, timeline: timeline(verdict), repeat: 'npx crosstalk run --seed 7 --duration 60s --sessions 24' };
}
