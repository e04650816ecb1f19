// A run as a list of test cases, for the formats that CI servers read as test results. A leak is a failure, whatever leaves the
// run in doubt an error, and nothing is ever skipped: servers count a skipped test as harmless.
import { type CoverageRow, type Finding, type RuleId, ruleIds, type Verdict } from '../harness/verdict.ts';
import { count, plain, timeOfDay } from './text.ts';
import {
  alarmTitle,
  causeLettersMax,
  evidenceOf,
  exposureOf,
  faultsAt,
  isLeak,
  isShort,
  outcomeWords,
  ruleTitles,
} from './words.ts';

export type Result =
  | { readonly kind: 'passed'; readonly note: readonly string[] }
  | {
      readonly kind: 'failure' | 'error';
      readonly type: string;
      readonly message: string;
      readonly lines: readonly string[];
    };

export interface Case {
  readonly group: 'verdict' | 'rule' | 'fault' | 'coverage' | 'alarm';
  readonly name: string;
  readonly result: Result;
}

const casesOfAKindMax = 500;
const findingsToldMax = 100;
const passed: Result = { kind: 'passed', note: [] };

export function casesOf(verdict: Verdict): Case[] {
  return [
    verdictCase(verdict),
    ...ruleIds.map((rule) => ruleCase(verdict, rule)),
    ...verdict.faults.slice(0, casesOfAKindMax).map(faultCase),
    ...verdict.coverage.rows.slice(0, casesOfAKindMax).map(coverageCase),
    ...alarmCases(verdict),
  ];
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
  const lines = findings.slice(0, findingsToldMax).flatMap(findingLines);
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
    `  faults open: ${faultsAt(first)}`,
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
