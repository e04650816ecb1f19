// The report for GitLab's merge requests, as Code Quality issues: the one report of findings that every tier of GitLab shows there
// (its security reports need the highest). An empty list reads as clean, so a run that could not judge is an issue itself.
import { createHash } from 'node:crypto';
import { fingerprintOf, routeTemplateOf } from '../harness/fingerprint.ts';
import type { Report } from '../harness/report.ts';
import type { Finding, Verdict } from '../harness/verdict.ts';
import { noAdapter, placeOf } from './finding-place.ts';
import { count, plain } from './text.ts';
import { isLeak, outcomeWords, ruleTitles } from './words.ts';

type Severity = 'info' | 'minor' | 'major' | 'critical' | 'blocker';

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

export const issuesMax = 5_000;
const textCharsMax = 1_000;

export function gitlab(report: Report): string {
  const { verdict, adapter = noAdapter } = report;
  const { findings } = verdict;
  const unplaced = (name: string, severity: Severity, text: string): Issue => ({
    description: plain(text, textCharsMax),
    check_name: name,
    fingerprint: createHash('sha256').update(`crosstalk/1\n${name}`).digest('hex').slice(0, 32),
    severity,
    location: { path: adapter.file, lines: { begin: 1 } },
  });
  const issues = [
    ...(verdict.verdict === 'INCONCLUSIVE' || verdict.verdict === 'ERROR'
      ? [
          unplaced(
            verdict.verdict.toLowerCase(),
            'critical',
            `${verdict.verdict}: ${outcomeWords[verdict.verdict]}. ${verdict.meaning}`,
          ),
        ]
      : []),
    ...(findings.length > issuesMax
      ? [
          unplaced(
            'left-out',
            'info',
            `${count(findings.length - issuesMax)} more findings are left out here; all are in verdict.json.`,
          ),
        ]
      : []),
    ...findings.slice(0, issuesMax).map((finding) => issueOf(finding, report)),
  ];
  return `${JSON.stringify(issues, null, 1)}\n`;
}

function issueOf(finding: Finding, { verdict, adapter }: Report): Issue {
  const { file, line } = placeOf(finding, adapter);
  return {
    description: plain(
      `${ruleTitles[finding.rule]}, ${routeTemplateOf(finding.route)}: ${finding.summary}`,
      textCharsMax,
    ),
    check_name: finding.rule,
    fingerprint: fingerprintOf(finding),
    severity: severityOf(finding, verdict),
    location: { path: file, lines: { begin: line } },
  };
}

function severityOf({ rule, viewed }: Finding, verdict: Verdict): Severity {
  if (!isLeak(rule, verdict)) return 'minor';
  return viewed > 0 || rule === 'session-swap' ? 'blocker' : 'critical';
}
