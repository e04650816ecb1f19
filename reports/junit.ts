// The report for a CI server, in the JUnit XML that Ant's schema and that of Jenkins both accept: one root `testsuite`, at most
// one `failure` or `error` in a `testcase`, and what passing cases have to say in the suite's own output.
import type { Report } from '../harness/report.ts';
import { type Case, casesOf, type Result } from './cases.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { folderOf } from './words.ts';

const linesMax = 40;

export function junit(report: Report): string {
  const { verdict } = report;
  const cases = casesOf(verdict);
  const sum = (kind: Result['kind']): number => cases.filter((one) => one.result.kind === kind).length;
  // Both schemas want a host; naming the machine would tell more than a reader needs.
  const suite = markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="crosstalk" timestamp="${timestamp(verdict.startedAt)}" hostname="localhost" time="${seconds(verdict.endedAt - verdict.startedAt)}" tests="${cases.length}" failures="${sum('failure')}" errors="${sum('error')}">
${properties(report)}${cases.map(testcase)}  <system-out>${cases.map(note)}</system-out>
  <system-err></system-err>
</testsuite>
`;
  return suite.toString();
}

function properties(report: Report): Markup {
  const { verdict } = report;
  const values: Readonly<Record<string, string | number>> = {
    run: verdict.id,
    verdict: verdict.verdict,
    target: verdict.target,
    driver: verdict.driver,
    seed: verdict.seed,
    operations: verdict.operations,
    opportunities: verdict.opportunities,
    bound95: verdict.bound95 ?? 'none',
    folder: folderOf(report),
    repeat: report.repeat,
  };
  const items = Object.entries(values).map(
    ([name, value]) => markup`    <property name="${name}" value="${value}"/>\n`,
  );
  return markup`  <properties>\n${items}  </properties>\n`;
}

function testcase({ group, name, result }: Case): Markup {
  return markup`  <testcase classname="crosstalk.${group}" name="${name}" time="0">${body(result)}</testcase>\n`;
}

/** What a passing case has to say. */
function note({ name, result }: Case): Markup {
  if (result.kind !== 'passed' || result.note.length === 0) return nothing;
  return markup`${name}: ${result.note.slice(0, linesMax).join(' ')}\n`;
}

function body(result: Result): Markup {
  const text = (lines: readonly string[]): Markup[] => lines.slice(0, linesMax).map((line) => markup`${line}\n`);
  switch (result.kind) {
    case 'passed':
      return nothing;
    case 'failure':
      return markup`<failure type="${result.type}" message="${result.message}">${text(result.lines)}</failure>`;
    case 'error':
      return markup`<error type="${result.type}" message="${result.message}">${text(result.lines)}</error>`;
  }
}

/** Plain digits with three decimals: schemas refuse an exponent or a sign. */
function seconds(ms: number): string {
  return (Math.min(Math.max(ms, 0), 1e12) / 1_000).toFixed(3);
}

const lastMs = Date.UTC(9999, 11, 31);

/** Without milliseconds and zone, as Ant's schema has it. */
function timestamp(epochMs: number): string {
  return new Date(Math.min(Math.max(epochMs, 0), lastMs)).toISOString().slice(0, 19);
}
