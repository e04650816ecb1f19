// The report for code-scanning pages, in SARIF 2.1.0: one result for each finding, under the oracle's own rule ids and with a
// fingerprint that lasts. An empty list of results must not be read as clean, so whatever kept the run from a PASS is told as
// a notification of the tool, and `executionSuccessful` is true only for a run that was able to judge.
import type { Log, Notification, ReportingDescriptor, Result } from 'sarif';
import { fingerprintOf, routeTemplateOf } from '../harness/fingerprint.ts';
import type { Report } from '../harness/report.ts';
import { exitCodes, type Finding, type RuleId, ruleIds, type Verdict } from '../harness/verdict.ts';
import { placeOf } from './finding-place.ts';
import { ruleTexts } from './rule-texts.ts';
import { count, counted, plain } from './text.ts';
import { beyondFindings, causeLettersMax, evidenceOf, exposureOf, isLeak, outcomeWords, ruleTitles } from './words.ts';

/** GitHub refuses a file with more than 25,000 results and keeps the 5,000 gravest. */
export const resultsMax = 5_000;
const notificationsMax = 100;
const textCharsMax = 1_000;

export function sarif(report: Report): string {
  const { verdict } = report;
  const results = verdict.findings.slice(0, resultsMax).map((finding) => resultOf(finding, report));
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Crosstalk',
            rules: ruleIds.map(ruleOf),
            notifications: notificationIds.map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        // The part before the last slash is what GitHub calls the category: one upload replaces the last of the same.
        automationDetails: { id: `crosstalk/${plain(verdict.id, 80)}` },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: verdict.verdict === 'PASS' || verdict.verdict === 'LEAK',
            exitCode: exitCodes[verdict.verdict],
            exitCodeDescription: `${verdict.verdict}: ${outcomeWords[verdict.verdict]}`,
            commandLine: plain(report.repeat, textCharsMax),
            startTimeUtc: timeOf(verdict.startedAt),
            endTimeUtc: timeOf(verdict.endedAt),
            toolExecutionNotifications: notificationsOf(verdict),
          },
        ],
        results,
        properties: figuresOf(verdict),
      },
    ],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function ruleOf(rule: RuleId): ReportingDescriptor {
  const { meaning, firstAid, severity } = ruleTexts[rule];
  return {
    id: rule,
    name: rule.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: ruleTitles[rule] },
    fullDescription: { text: meaning },
    help: { text: `${meaning} ${firstAid}`, markdown: `${meaning}\n\n**Where to begin:** ${firstAid}` },
    defaultConfiguration: { level: isWarning(rule) ? 'warning' : 'error' },
    properties: {
      tags: ['security', 'privacy', 'multi-tenant'],
      precision: 'very-high',
      'security-severity': severity,
    },
  };
}

const isWarning = (rule: RuleId): boolean => rule === 'latent' || rule === 'missing-own';

function resultOf(finding: Finding, { verdict, adapter }: Report): Result {
  const { rule, route, first } = finding;
  const { file, line } = placeOf(finding, adapter);
  const fingerprint = fingerprintOf(finding);
  const name = plain(routeTemplateOf(route), 200);
  const [method = '', target = ''] = name.split(' ', 2);
  const cause = finding.cause === undefined ? '' : ` Why: ${plain(finding.cause, causeLettersMax)}`;
  return {
    ruleId: rule,
    ruleIndex: ruleIds.indexOf(rule),
    level: isLeak(rule, verdict) ? 'error' : 'warning',
    message: {
      text: linkless(
        `${plain(finding.summary, textCharsMax)}${cause} ${exposureOf(finding)}. First: ${evidenceOf(first)}.`,
      ),
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region: { startLine: line } },
        logicalLocations: [{ name, fullyQualifiedName: name, kind: 'resource' }],
      },
    ],
    // GitHub goes by the first of these alone.
    partialFingerprints: { primaryLocationLineHash: `${fingerprint}:1`, 'crosstalk/v1': fingerprint },
    ...(target.startsWith('/') && {
      webRequest: { protocol: 'HTTP', method, target },
      webResponse: { protocol: 'HTTP', statusCode: first.status },
    }),
  };
}

const notificationIds = [
  ['reason', 'Why the run is no PASS'],
  ['warning', 'Worth knowing, and no reason to fail'],
  ['left-out', 'More than this file may hold'],
] as const;

function notificationsOf(verdict: Verdict): Notification[] {
  const told = (id: (typeof notificationIds)[number][0], level: 'error' | 'warning' | 'note') => (text: string) => ({
    descriptor: { id, index: notificationIds.findIndex(([known]) => known === id) },
    level,
    message: { text: linkless(plain(text, textCharsMax)) || 'without words' },
  });
  // The reasons of a LEAK are its findings.
  const reasons = verdict.verdict === 'LEAK' ? [] : verdict.reasons;
  const missing = verdict.verdict === 'PASS' || verdict.verdict === 'LEAK' || reasons.length > 0;
  const all = [
    ...(missing ? reasons : [verdict.meaning]).map(told('reason', 'error')),
    ...beyondFindings(verdict.warnings, verdict).map(told('warning', 'warning')),
  ];
  const leftOut = [
    ...(verdict.findings.length > resultsMax
      ? [
          `${count(verdict.findings.length - resultsMax)} of ${counted(verdict.findings.length, 'finding')} are left out: code scanning keeps ${count(resultsMax)} of a run. The gravest are here, all are in verdict.json.`,
        ]
      : []),
    ...(all.length > notificationsMax
      ? [`${counted(all.length - notificationsMax, 'more notification')}: they are in verdict.json.`]
      : []),
  ];
  return [...leftOut.map(told('left-out', 'warning')), ...all.slice(0, notificationsMax)];
}

function figuresOf(verdict: Verdict): Record<string, string | number> {
  const { operations, opportunities, bound95, worstWindow } = verdict;
  return {
    verdict: verdict.verdict,
    operations,
    opportunities,
    ...(bound95 !== null && { leakRateBelow: bound95 }),
    ...(worstWindow !== null && { thinnestWindow: plain(worstWindow, 80) }),
  };
}

/** Message texts may hold links, `[words](address)`; what came from a target may not. */
const linkless = (text: string): string => text.replaceAll('](', '] (');

/** SARIF wants a time; one outside the calendar is told as the beginning of it. */
function timeOf(epochMs: number): string {
  const date = new Date(epochMs);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
