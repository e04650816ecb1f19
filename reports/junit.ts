// The report for a CI server, in the JUnit XML that both Surefire's and Jenkins' schemas accept: one root `testsuite`, at most
// one `error` in a `testcase`. A leak is a failure, a run that allows no judgement an error, and nothing is ever skipped:
// servers count a skipped test as harmless.
import type { Report } from '../harness/report.ts';
import { type CoverageRow, type Finding, type RuleId, ruleIds, type Verdict } from '../harness/verdict.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { count, listed, plain, timeOfDay } from './text.ts';
import {
  alarmTitle,
  causeLettersMax,
  evidenceOf,
  exposureOf,
  folderOf,
  isLeak,
  isShort,
  outcomeWords,
  ruleTitles,
} from './words.ts';

type Result =
  | { readonly kind: 'passed'; readonly note: readonly string[] }
  | {
      readonly kind: 'failure' | 'error';
      readonly type: string;
      readonly message: string;
      readonly lines: readonly string[];
    };

interface Case {
  readonly group: string;
  readonly name: string;
  readonly result: Result;
}

const casesOfAKindMax = 500;
const linesMax = 40;
const passed: Result = { kind: 'passed', note: [] };

export function junit(report: Report): string {
  const { verdict } = report;
  const cases = [
    verdictCase(verdict),
    ...ruleIds.map((rule) => ruleCase(verdict, rule)),
    ...verdict.faults.slice(0, casesOfAKindMax).map(faultCase),
    ...verdict.coverage.rows.slice(0, casesOfAKindMax).map(coverageCase),
    ...alarmCases(verdict),
  ];
  const sum = (kind: Result['kind']): number => cases.filter((one) => one.result.kind === kind).length;
  const suite = markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="crosstalk" time="${seconds(verdict.endedAt - verdict.startedAt)}" tests="${cases.length}" failures="${sum('failure')}" errors="${sum('error')}" skipped="0">
${properties(report)}${cases.map(testcase)}</testsuite>
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

function body(result: Result): Markup {
  const text = (lines: readonly string[]): Markup[] => lines.slice(0, linesMax).map((line) => markup`${line}\n`);
  switch (result.kind) {
    case 'passed':
      return result.note.length === 0 ? nothing : markup`<system-out>${text(result.note)}</system-out>`;
    case 'failure':
      return markup`<failure type="${result.type}" message="${result.message}">${text(result.lines)}</failure>`;
    case 'error':
      return markup`<error type="${result.type}" message="${result.message}">${text(result.lines)}</error>`;
  }
}

/** Whatever the other cases say, this one is red for every exit code but 0. */
function verdictCase(verdict: Verdict): Case {
  const { meaning, reasons } = verdict;
  const message = reasons[0] ?? outcomeWords[verdict.verdict];
  const red = { type: verdict.verdict, message, lines: [meaning, ...reasons, ...verdict.warnings] };
  const results: Readonly<Record<Verdict['verdict'], Result>> = {
    PASS: { kind: 'passed', note: [meaning, ...verdict.warnings] },
    LEAK: { kind: 'failure', ...red },
    INCONCLUSIVE: { kind: 'error', ...red },
    ERROR: { kind: 'error', ...red },
  };
  return { group: 'verdict', name: 'the run earned a PASS', result: results[verdict.verdict] };
}

function ruleCase(verdict: Verdict, rule: RuleId): Case {
  const findings = verdict.findings.filter((finding) => finding.rule === rule);
  const lines = findings.flatMap(findingLines);
  const [first] = findings;
  if (first === undefined) return { group: 'rule', name: rule, result: passed };
  const result: Result = isLeak(rule, verdict)
    ? { kind: 'failure', type: rule, message: `${ruleTitles[rule]}: ${first.summary}`, lines }
    : { kind: 'passed', note: lines };
  return { group: 'rule', name: rule, result };
}

function findingLines(finding: Finding): string[] {
  const { first } = finding;
  return [
    finding.summary,
    ...(finding.cause === undefined ? [] : [`why: ${plain(finding.cause, causeLettersMax)}`]),
    exposureOf(finding),
    `first: ${evidenceOf(first)}`,
    `  at ${timeOfDay(first.at)} in ${first.route} (status ${first.status}), session ${first.session}, operation ${first.operation}`,
    `  node ${first.node ?? 'unknown'}, version ${first.version ?? 'unknown'}, request ${first.requestId ?? 'unknown'}`,
    ...(first.traceId === undefined ? [] : [`  trace ${first.traceId}`]),
    `  faults open: ${listed(first.faultsOpen, 'none')}`,
  ];
}

function faultCase(fault: Verdict['faults'][number]): Case {
  const result: Result = fault.bit
    ? { kind: 'passed', note: [fault.proof] }
    : {
        kind: 'error',
        type: 'fault-not-proved',
        message: `Nothing shows that ${fault.kind} bit: ${fault.proof}`,
        lines: [],
      };
  return { group: 'fault', name: `${fault.kind} bit (${fault.id})`, result };
}

function coverageCase(row: CoverageRow): Case {
  const figures = `${count(row.opportunities)} of at least ${count(row.floor)} independent opportunities`;
  const result: Result = isShort(row)
    ? { kind: 'error', type: 'coverage-short', message: `${row.kind} ${row.name} had ${figures}`, lines: [] }
    : { kind: 'passed', note: [figures] };
  return { group: 'coverage', name: `${row.kind} ${row.name} was covered`, result };
}

function alarmCases({ alarm }: Verdict): Case[] {
  if (alarm.tests.length === 0) {
    const message = 'The alarm test did not run, so nothing shows that a leak would have been noticed';
    return [
      {
        group: 'alarm',
        name: 'the alarm test ran',
        result: { kind: 'error', type: 'alarm-silent', message, lines: [] },
      },
    ];
  }
  return alarm.tests.slice(0, casesOfAKindMax).map((test) => ({
    group: 'alarm',
    name: `the alarm rang for ${alarmTitle(test)}`,
    result: test.rang
      ? { kind: 'passed', note: [test.detail] }
      : { kind: 'error', type: 'alarm-silent', message: `The alarm stayed silent: ${test.detail}`, lines: [] },
  }));
}

/** Plain digits with three decimals: both schemas refuse an exponent or a sign. */
function seconds(ms: number): string {
  return (Math.min(Math.max(ms, 0), 1e12) / 1_000).toFixed(3);
}
