// The report in the Common Test Report Format, for tools that gather the results of many test runners. What leaves a run in
// doubt is `other`, which no tool counts as passed, and never `skipped`.
import type { Report } from '../harness/report.ts';
import { type Case, casesOf, type Result } from './cases.ts';
import { plain } from './text.ts';
import { folderOf } from './words.ts';

const statuses = { passed: 'passed', failure: 'failed', error: 'other' } as const satisfies Record<
  Result['kind'],
  string
>;
const textCharsMax = 2_000;
const linesMax = 40;

export function ctrf(report: Report): string {
  const { verdict } = report;
  const start = wholeMs(verdict.startedAt);
  const stop = wholeMs(verdict.endedAt);
  const tests = casesOf(verdict).map(testOf);
  const sum = (wanted: string): number => tests.filter(({ status }) => status === wanted).length;
  const document = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    generatedBy: 'crosstalk',
    timestamp: new Date(stop).toISOString(),
    runId: plain(verdict.id, 200) || 'run',
    results: {
      tool: { name: 'crosstalk' },
      summary: {
        tests: tests.length,
        passed: sum('passed'),
        failed: sum('failed'),
        skipped: 0,
        pending: 0,
        other: sum('other'),
        start,
        stop,
        duration: Math.max(0, stop - start),
      },
      tests,
      extra: {
        verdict: verdict.verdict,
        exitCode: verdict.exitCode,
        meaning: plain(verdict.meaning, textCharsMax),
        target: plain(verdict.target, 200),
        driver: plain(verdict.driver, 80),
        seed: plain(verdict.seed, 200),
        operations: verdict.operations,
        opportunities: verdict.opportunities,
        bound95: verdict.bound95,
        folder: folderOf(report),
        repeat: plain(report.repeat, textCharsMax),
      },
    },
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function testOf({ group, name, result }: Case) {
  const told = (lines: readonly string[]): string =>
    lines
      .slice(0, linesMax)
      .map((line) => plain(line, textCharsMax))
      .join('\n');
  const base = { name: plain(name, 400), suite: ['crosstalk', group], status: statuses[result.kind], duration: 0 };
  if (result.kind === 'passed') return result.note.length === 0 ? base : { ...base, message: told(result.note) };
  const { type, message, lines } = result;
  return { ...base, rawStatus: type, message: plain(message, textCharsMax), trace: told(lines) };
}

const lastMs = Date.UTC(9999, 11, 31);

function wholeMs(epochMs: number): number {
  return Math.round(Math.min(Math.max(epochMs, 0), lastMs));
}
