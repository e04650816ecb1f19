import { describe, expect, it } from 'vitest';
import type { Verdict } from '../harness/verdict.ts';
import { ruleIds } from '../harness/verdict.ts';
import { junit } from './junit.ts';
import { reportOf, sampleInconclusive, sampleLeak, samplePass } from './sample.ts';

function red(xml: string): string[] {
  return [...xml.matchAll(/name="([^"]*)" time="0"><(failure|error) type="([^"]*)"/g)].map(
    ([, name, kind, type]) => `${name}: ${kind} ${type}`,
  );
}

function total(xml: string, attribute: string): number {
  return Number(new RegExp(`<testsuite [^>]*${attribute}="(\\d+)"`).exec(xml)?.[1]);
}

describe('junit', () => {
  it('is all green for a PASS, with a case for each rule, fault, coverage row and alarm', () => {
    const report = samplePass();
    const { faults, coverage, alarm } = report.verdict;
    const xml = junit(report);
    expect(red(xml)).toEqual([]);
    expect(total(xml, 'tests')).toBe(1 + ruleIds.length + faults.length + coverage.rows.length + alarm.tests.length);
    expect(xml.match(/<testcase /g)).toHaveLength(total(xml, 'tests'));
    expect(xml).toContain('time="74.000"');
  });

  it('makes a leak a failure and leaves a warning green', () => {
    const xml = junit(sampleLeak());
    expect(red(xml)).toEqual([
      'the run earned a PASS: failure LEAK',
      'foreign-recording: failure foreign-recording',
      'foreign-listing: failure foreign-listing',
    ]);
    expect([total(xml, 'failures'), total(xml, 'errors')]).toEqual([3, 0]);
    expect(xml).toContain('why: The list was stored by a shared cache');
    expect(xml).toContain('trace 3c5ab2bc1dbd7a0d13afe4a19e9be27f');
    expect(xml).toContain('Items of a patient’s own were not on their list.');
  });

  it('makes each doubt of an inconclusive run an error and skips nothing', () => {
    const xml = junit(sampleInconclusive());
    expect(red(xml)).toEqual([
      'the run earned a PASS: error INCONCLUSIVE',
      'cache-slow bit (cache-slow-2): error fault-not-proved',
      'window deploy-upgrade-4 was covered: error coverage-short',
      'version v2 was covered: error coverage-short',
      'the alarm rang for recording of another, after the load: error alarm-silent',
    ]);
    expect(total(xml, 'errors')).toBe(5);
    expect(xml).not.toContain('skipped');
  });

  it('is red for every verdict but PASS, even with nothing else to show', () => {
    const { verdict } = samplePass();
    for (const word of ['LEAK', 'INCONCLUSIVE', 'ERROR'] as const) {
      expect(red(junit(reportOf({ ...verdict, verdict: word })))).toHaveLength(1);
    }
  });

  it('fails a latent leak only when that is what made the verdict', () => {
    const [, listing] = sampleLeak().verdict.findings;
    if (listing === undefined) throw new Error('the sample lost its finding');
    const latent: Verdict['findings'] = [{ ...listing, rule: 'latent' }];
    expect(red(junit(reportOf({ ...samplePass().verdict, findings: latent })))).toEqual([]);
    expect(red(junit(reportOf({ ...samplePass().verdict, verdict: 'LEAK', findings: latent })))).toContain(
      'latent: failure latent',
    );
  });

  it('has an error when the alarm test did not run', () => {
    const xml = junit(reportOf({ ...samplePass().verdict, alarm: { passed: false, tests: [] } }));
    expect(red(xml)).toEqual(['the alarm test ran: error alarm-silent']);
  });
});
