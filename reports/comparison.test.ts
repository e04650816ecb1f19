import { describe, expect, it } from 'vitest';
import type { CoverageRow, Finding, Verdict } from '../harness/verdict.ts';
import { compare } from './comparison.ts';
import { comparisonText } from './comparison-text.ts';
import { sampleInconclusive, sampleLeak, samplePass } from './sample.ts';
import { sampleListingFinding, sampleMissingFinding, sampleViolation } from './sample-findings.ts';

const pass = samplePass().verdict;
const leak = sampleLeak().verdict;
const rules = (seen: readonly { rule: string }[]): string[] => seen.map(({ rule }) => rule);

function withRows(verdict: Verdict, change: (row: CoverageRow) => CoverageRow | null): Verdict {
  const rows = verdict.coverage.rows.flatMap((row) => change(row) ?? []);
  return { ...verdict, coverage: { ...verdict.coverage, rows } };
}

const opportunities =
  (name: string, opportunities: number) =>
  (row: CoverageRow): CoverageRow =>
    row.name === name ? { ...row, opportunities } : row;

describe('compare', () => {
  it('finds nothing between a run and itself', () => {
    for (const verdict of [pass, leak, sampleInconclusive().verdict]) {
      const { exitCode, appeared, gone, notSeen, coverageLost, stillThere } = compare(verdict, verdict);
      expect([exitCode, appeared, gone, notSeen, coverageLost]).toEqual([0, [], [], [], []]);
      expect(stillThere).toHaveLength(verdict.findings.length);
    }
  });

  it('tells a new leak, by its fingerprint and not by whom it struck', () => {
    const again = { ...sampleListingFinding(), first: sampleViolation({ owner: 1, viewer: 2, node: 'app-9' }) };
    const { exitCode, appeared, stillThere } = compare(
      { ...leak, findings: [sampleListingFinding()] },
      { ...leak, findings: [...leak.findings.slice(0, 1), again] },
    );
    expect(exitCode).toBe(1);
    expect(rules(appeared)).toEqual(['foreign-recording']);
    expect(rules(stillThere)).toEqual(['foreign-listing']);
  });

  it('makes no failure of a new warning', () => {
    const { exitCode, appeared } = compare(pass, { ...pass, findings: [sampleMissingFinding()] });
    expect([exitCode, appeared.map(({ leak }) => leak)]).toEqual([0, [false]]);
  });

  it('calls gone what a PASS looked for where it had been', () => {
    const { exitCode, gone, notSeen } = compare(leak, pass);
    expect(exitCode).toBe(0);
    expect(rules(gone)).toEqual(['foreign-recording', 'foreign-listing', 'missing-own']);
    expect(notSeen).toEqual([]);
  });

  const listing = { ...leak, findings: [sampleListingFinding()] };
  const silent = { ...leak, findings: [sampleMissingFinding()] };
  it.each<[string, Verdict, RegExp | null]>([
    ['another LEAK that looked as hard', silent, null],
    [
      'one that looked less at the action',
      withRows(silent, opportunities('view-history', 900)),
      /^action view-history: 900 .* 940 before/,
    ],
    [
      'one that looked less under the fault',
      withRows(silent, opportunities('deploy-upgrade-4', 12)),
      /^window deploy-upgrade: 12 .* 311 before/,
    ],
    ['a PASS with few chances there', withRows(pass, opportunities('view-history', 3)), /^action view-history: 3 /],
    [
      'a PASS without the action',
      withRows(pass, (row) => (row.name === 'view-history' ? null : row)),
      /^action view-history: 0 /,
    ],
    [
      'a PASS without the fault',
      { ...pass, faults: pass.faults.filter(({ kind }) => kind !== 'deploy-upgrade') },
      /^window deploy-upgrade: 0 /,
    ],
    [
      'a PASS whose fault did not bite',
      { ...pass, faults: pass.faults.map((fault) => ({ ...fault, bit: false })) },
      /^window deploy-upgrade: 0 /,
    ],
    ['a run that broke down', { ...pass, verdict: 'ERROR' }, /could not be carried out/],
    ['a run whose alarm was silent', { ...pass, alarm: { ...pass.alarm, passed: false } }, /alarm/],
    [
      'a run that left the scenario out',
      { ...pass, coverage: { ...pass.coverage, notTested: ['scenario cross-the-deploy: left out by the drill'] } },
      /left out by the drill/,
    ],
  ])('says of what was not seen by %s whether it is gone', (_, after, why) => {
    const { gone, notSeen } = compare(listing, after);
    expect(rules(why === null ? gone : notSeen)).toEqual(['foreign-listing']);
    expect(rules(why === null ? notSeen : gone)).toEqual([]);
    if (why !== null) expect(notSeen[0]?.why).toMatch(why);
  });

  it('finds the window of a fault again by its kind, whatever its number', () => {
    const renumbered = JSON.parse(JSON.stringify(pass).replaceAll('deploy-upgrade-4', 'deploy-upgrade-1')) as Verdict;
    expect(compare(pass, renumbered)).toMatchObject({ exitCode: 0, coverageLost: [] });
    expect(rules(compare(listing, renumbered).gone)).toEqual(['foreign-listing']);
  });

  it('asks for the same channel of what eyes had seen', () => {
    const seen: Finding = { ...sampleListingFinding(), first: sampleViolation({ channel: 'pixels' }) };
    const { notSeen } = compare({ ...leak, findings: [seen] }, pass);
    expect(notSeen[0]?.why).toMatch(/^channel pixels/);
  });

  it.each<[string, Verdict, string[]]>([
    ['a window', withRows(pass, opportunities('cache-flush-1', 0)), ['window cache-flush']],
    ['a window that fell below its floor', withRows(pass, opportunities('cache-flush-1', 19)), ['window cache-flush']],
    ['an action', withRows(pass, (row) => (row.name === 'attend' ? null : row)), ['action attend']],
    ['a node', withRows(pass, (row) => (row.name === 'app-3' ? null : row)), ['node app-3']],
    ['a version', withRows(pass, (row) => (row.name === 'v2' ? null : row)), ['version v2']],
    ['the alarm', { ...pass, alarm: { ...pass.alarm, passed: false } }, ['alarm alarm test']],
    ['the verdict', { ...pass, verdict: 'INCONCLUSIVE', reasons: ['too few'] }, ['verdict INCONCLUSIVE']],
    [
      'a scenario',
      {
        ...pass,
        coverage: {
          ...pass.coverage,
          notTested: ['scenario export-all: left out by the drill', ...pass.coverage.notTested],
        },
      },
      ['not-tested scenario export-all'],
    ],
  ])('names what was lost of the coverage: %s', (_, after, lost) => {
    const { exitCode, coverageLost } = compare(pass, after);
    expect(exitCode).toBe(2);
    expect(coverageLost.map(({ kind, name }) => `${kind} ${name}`)).toEqual(lost);
  });

  it('loses nothing where machines and releases have other names and are as many', () => {
    const renamed = withRows(pass, (row) =>
      row.kind === 'node' || row.kind === 'version' ? { ...row, name: `new-${row.name}` } : row,
    );
    expect(compare(pass, renamed).coverageLost).toEqual([]);
  });

  it('a channel that could be judged and cannot any more is lost', () => {
    const channels = (judged: boolean): Verdict => ({ ...pass, channels: [{ channel: 'pixels', judged, why: '' }] });
    expect(compare(channels(true), channels(false)).coverageLost).toMatchObject([{ kind: 'channel', name: 'pixels' }]);
  });
});

describe('the text of a comparison', () => {
  it('says the gravest first, and the exit code', () => {
    const after = withRows({ ...leak, findings: leak.findings.slice(0, 1) }, opportunities('cache-flush-1', 0));
    const text = comparisonText(compare({ ...leak, findings: leak.findings.slice(1) }, after), {
      color: false,
      columns: 100,
    });
    expect(text).toMatch(
      /^A new leak: 1 new, 0 still there, 2 gone, 0 not seen and not covered, 1 of the coverage lost\. Exit 1/,
    );
    expect(text.match(/^[A-Z].*\(\d+\)$/gm)).toEqual(['New (1)', 'Coverage lost (1)', 'Gone (2)']);
  });

  it('holds no escape sequence and no long line, whatever the runs hold', () => {
    const nasty = '\u001b[31m::error::x '.repeat(40);
    const after = {
      ...leak,
      target: nasty,
      findings: leak.findings.map((each) => ({ ...each, route: nasty, summary: nasty })),
    };
    const text = comparisonText(compare(leak, after), { color: false, columns: 80 });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).not.toMatch(/^\s*::error/m);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
