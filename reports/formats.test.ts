// Every file that other programs read: valid by its schema, honest about what is no PASS, the same from run to run where it must
// be, and within the limits of whoever shows it, however much was found.
import { gzipSync } from 'node:zlib';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { Report } from '../harness/report.ts';
import { type Finding, ruleIds, type Verdict } from '../harness/verdict.ts';
import { annotations } from './annotations.ts';
import { ctrf } from './ctrf.ts';
import { gitlab, issuesMax } from './gitlab.ts';
import { html } from './html.ts';
import { junit } from './junit.ts';
import { openmetrics } from './openmetrics.ts';
import { reportOf, sampleInconclusive, sampleLeak, samplePass } from './sample.ts';
import { sampleListingFinding, sampleViolation } from './sample-findings.ts';
import { resultsMax, sarif } from './sarif.ts';
import {
  ctrfProblems,
  gitlabProblems,
  junitProblems,
  openmetricsProblems,
  sarifProblems,
} from './schemas-under-test.ts';
import { summary, summaryBytesMax } from './summary.ts';

const error = (): Report =>
  reportOf({ ...samplePass().verdict, verdict: 'ERROR', exitCode: 3, reasons: ['load failed: no answer'] });
const samples = { PASS: samplePass, LEAK: sampleLeak, INCONCLUSIVE: sampleInconclusive, ERROR: error };

const runOf = (report: Report): Log['runs'][number] => {
  const [run] = (JSON.parse(sarif(report)) as Log).runs;
  if (run === undefined) throw new Error('there is no run in it');
  return run;
};
const warned = (finding: Partial<Finding>, change: Partial<Verdict>): Report =>
  reportOf({ ...samplePass().verdict, findings: [{ ...sampleListingFinding(), ...finding }], ...change });

describe.each(Object.entries(samples))('a run that ends in %s', (_, sample) => {
  it('is valid SARIF, CTRF, JUnit, GitLab Code Quality and OpenMetrics', () => {
    const report = sample();
    expect(sarifProblems(sarif(report))).toEqual([]);
    expect(ctrfProblems(ctrf(report))).toEqual([]);
    expect(junitProblems(junit(report))).toEqual([]);
    expect(gitlabProblems(gitlab(report))).toEqual([]);
    expect(openmetricsProblems(openmetrics(report))).toEqual([]);
  });
});

describe('the schemas', () => {
  it('refuse what is wrong, so that their silence means something', () => {
    const report = sampleLeak();
    expect(sarifProblems(sarif(report).replace('"error"', '"grave"'))).toHaveLength(1);
    expect(ctrfProblems(ctrf(report).replace('"failed"', '"red"'))).not.toEqual([]);
    expect(junitProblems(junit(report).replace('<system-err>', '<x/><system-err>'))).toHaveLength(2);
    expect(gitlabProblems(gitlab(report).replace('"blocker"', '"worst"'))).toHaveLength(1);
    expect(openmetricsProblems(openmetrics(report).replace('# EOF', ''))).toHaveLength(1);
    expect(
      openmetricsProblems(openmetrics(report).replace('crosstalk_operations ', 'crosstalk_operations x')),
    ).not.toEqual([]);
  });
});

describe('sarif', () => {
  it('has a result for each finding, at the adapter’s function, with the route and the rule', () => {
    const adapter = { file: 'test/staging target.ts', lines: { 'view-history': 41 } };
    const { results = [], tool } = runOf({ ...sampleLeak(), adapter });
    expect(tool.driver.rules?.map(({ id }) => id)).toEqual([...ruleIds]);
    expect(results.map(({ ruleId, ruleIndex, level }) => [ruleId, ruleIds[ruleIndex ?? -1], level])).toEqual([
      ['foreign-recording', 'foreign-recording', 'error'],
      ['foreign-listing', 'foreign-listing', 'error'],
      ['missing-own', 'missing-own', 'warning'],
    ]);
    const [recording, listing] = results.map(({ locations }) => locations?.[0]);
    expect(listing?.logicalLocations?.[0]?.name).toBe('GET /me/history');
    expect(listing?.physicalLocation).toEqual({
      artifactLocation: { uri: 'test/staging%20target.ts' },
      region: { startLine: 41 },
    });
    // The adapter lends no function for it that could be found.
    expect(recording?.physicalLocation?.region).toEqual({ startLine: 1 });
  });

  it.each([
    ['PASS', true, 0, 0],
    ['LEAK', true, 1, 0],
    ['INCONCLUSIVE', false, 2, 3],
    ['ERROR', false, 3, 1],
  ] as const)('of a %s says whether the run could judge, and why not', (outcome, successful, exitCode, errors) => {
    const [invocation] = runOf(samples[outcome]()).invocations ?? [];
    expect(invocation).toMatchObject({ executionSuccessful: successful, exitCode });
    const notifications = invocation?.toolExecutionNotifications ?? [];
    expect(notifications.filter(({ level }) => level === 'error')).toHaveLength(errors);
  });

  it('warns of a latent leak, and makes an error of it under --strict', () => {
    const summary = 'may be kept';
    const latent = { rule: 'latent', summary } as const;
    const levels = (report: Report): unknown[] => (runOf(report).results ?? []).map(({ level }) => level);
    expect(levels(warned(latent, {}))).toEqual(['warning']);
    expect(levels(warned(latent, { verdict: 'LEAK', exitCode: 1, reasons: [`latent: ${summary}`] }))).toEqual([
      'error',
    ]);
    // Beside another leak too.
    const both = [sampleListingFinding(), { ...sampleListingFinding(), ...latent }];
    const strict = { verdict: 'LEAK', findings: both, reasons: [`latent: ${summary}`] } as const;
    expect(
      levels(reportOf({ ...samplePass().verdict, ...strict, findings: [...both], reasons: [...strict.reasons] })),
    ).toEqual(['error', 'error']);
  });
});

describe('a finding seen again', () => {
  const prints = (report: Report): unknown[] => [
    (runOf(report).results ?? []).map(({ partialFingerprints }) => partialFingerprints),
    (JSON.parse(gitlab(report)) as { fingerprint: string }[]).map(({ fingerprint }) => fingerprint),
  ];

  it('has the fingerprints it had, whoever saw whose what, when and where', () => {
    const other = sampleViolation({ viewer: 7, owner: 3, item: 'title 9', at: 1, node: 'app-9', requestId: 'another' });
    const again = {
      first: other,
      count: 1,
      owners: 1,
      viewers: 1,
      listed: 1,
      summary: 'Told in other words.',
      nodes: [],
    };
    expect(prints(warned(again, { id: 'another run', seed: '99' }))).toEqual(prints(warned({}, {})));
    expect(prints(warned({ route: 'GET /me/visits' }, {}))).not.toEqual(prints(warned({}, {})));
  });
});

describe('a run that could not judge', () => {
  it.each([sampleInconclusive, error])(
    'is other in CTRF, an error in JUnit and an issue in GitLab, never skipped',
    (sample) => {
      const report = sample();
      const { results } = JSON.parse(ctrf(report)) as { results: { summary: Record<string, number> } };
      expect(results.summary).toMatchObject({ failed: 0, skipped: 0, pending: 0 });
      expect(results.summary.other).toBeGreaterThanOrEqual(1);
      expect(junit(report)).not.toContain('skipped');
      const issues = JSON.parse(gitlab(report)) as { check_name: string; severity: string }[];
      expect(issues.map(({ check_name, severity }) => [check_name, severity])).toEqual([
        [report.verdict.verdict.toLowerCase(), 'critical'],
      ]);
      expect(annotations(report)).toMatch(/^::error title=Crosstalk%3A (?:INCONCLUSIVE|ERROR)::/);
    },
  );
});

describe('10,000 findings', () => {
  const long = 'x'.repeat(400);
  const findings = Array.from(
    { length: 10_000 },
    (_, index): Finding => ({
      ...sampleListingFinding(1),
      rule: ruleIds[Math.floor(index / 1_200)] ?? 'missing-own',
      route: `GET /route-${index}/${long}`,
      summary: `Finding ${index} ${long}`,
    }),
  );
  const whole = reportOf({
    ...sampleLeak().verdict,
    findings,
    reasons: findings.map(({ rule, summary }) => `${rule}: ${summary}`),
    warnings: Array.from({ length: 10_000 }, (_, index) => `warning ${index} ${long}`),
  });
  // As a timeline bounds them.
  const report = { ...whole, timeline: { ...whole.timeline, marks: whole.timeline.marks.slice(0, 200) } };

  it('fit into SARIF as GitHub takes it, the gravest first, and it says what was left out', () => {
    const text = sarif(report);
    expect(sarifProblems(text)).toEqual([]);
    expect(gzipSync(text).byteLength).toBeLessThan(10_000_000);
    const { results = [], invocations = [] } = runOf(report);
    expect(results).toHaveLength(resultsMax);
    const ranks = results.map(({ ruleIndex }) => ruleIndex ?? -1);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    const told = invocations[0]?.toolExecutionNotifications?.map(({ message }) => message.text ?? '') ?? [];
    expect(told[0]).toMatch(/^5,000 of 10,000 findings are left out/);
    expect(told.length).toBeLessThan(110);
  });

  it('fit into everything else', () => {
    const bytes = (text: string): number => Buffer.byteLength(text);
    expect(bytes(summary(report))).toBeLessThanOrEqual(summaryBytesMax);
    expect(bytes(html(report))).toBeLessThan(5_000_000);
    expect(bytes(junit(report))).toBeLessThan(2_000_000);
    expect(bytes(ctrf(report))).toBeLessThan(2_000_000);
    expect(bytes(openmetrics(report))).toBeLessThan(100_000);
    expect(JSON.parse(gitlab(report))).toHaveLength(issuesMax + 1);
    expect(gitlab(report)).toContain('5,000 more findings are left out here');
    const lines = annotations(report).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('::error'))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith('::warning'))).toHaveLength(10);
    expect(summary(report)).toContain('more are in `verdict.json`');
  });
});
