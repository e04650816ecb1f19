// The run in one Markdown text, for GitHub's step summary and for a comment on a pull or merge request alike: the verdict first,
// then what speaks against a PASS, the rest folded away. Held to what a comment may hold, which is the smaller of the two.
import type { Report } from '../harness/report.ts';
import type { Finding, Outcome, Verdict } from '../harness/verdict.ts';
import { percentText } from '../harness/wording.ts';
import { blank, code, type Markdown, markdown } from './markdown.ts';
import { count, counted, duration } from './text.ts';
import {
  alarmTitle,
  beyondFindings,
  coverageKinds,
  evidenceOf,
  faultsAt,
  folderOf,
  isLeak,
  isShort,
  outcomeWords,
  ruleTitles,
} from './words.ts';

/** A comment on GitHub holds 65,536 characters, a step summary 1 MiB. */
export const summaryBytesMax = 60_000;
const findingsShownMax = 20;
const itemsShownMax = 20;

/** Signs beside the words, never instead of them. */
const signs: Readonly<Record<Outcome, string>> = { PASS: '✅', LEAK: '🚨', INCONCLUSIVE: '⚠️', ERROR: '💥' };

export function summary(report: Report): string {
  // The fuller text nearly always fits; where a target fills every field to the brim, less of each list is shown.
  for (const share of [1, 0.5, 0.25, 0.1]) {
    const text = summaryOf(report, share);
    if (Buffer.byteLength(text) <= summaryBytesMax) return text;
  }
  return summaryOf({ ...report, verdict: headOnly(report.verdict) }, 0.1);
}

const headOnly = (verdict: Verdict): Verdict => ({
  ...verdict,
  reasons: ['Too much to tell here: see report.html and verdict.json.'],
  findings: [],
  faults: [],
  warnings: [],
  coverage: { ...verdict.coverage, rows: [], notTested: [] },
});

function summaryOf(report: Report, share: number): string {
  const { verdict } = report;
  const itemsMax = Math.max(1, Math.floor(itemsShownMax * share));
  const reasons = beyondFindings(verdict.reasons, verdict);
  const text = markdown`<!-- crosstalk -->
## ${signs[verdict.verdict]} Crosstalk: ${verdict.verdict}

**${outcomeWords[verdict.verdict]}.** ${verdict.meaning}

${bullets(reasons, itemsMax)}${figures(verdict)}
${findings(verdict, Math.max(1, Math.floor(findingsShownMax * share)))}${shortRows(verdict, itemsMax)}${folded('Faults', faults(verdict, itemsMax))}${folded('Alarm test', alarm(verdict))}${folded('Not tested', bullets(verdict.coverage.notTested, itemsMax))}${folded('Warnings', bullets(beyondFindings(verdict.warnings, verdict), itemsMax))}
Run ${code(verdict.id)} of ${code(verdict.target)}, driver ${code(verdict.driver)}, seed ${code(verdict.seed)}; files in ${code(folderOf(report))}. Again: ${code(report.repeat, 300)}
`;
  return text.toString();
}

function figures(verdict: Verdict): Markdown {
  const bound = verdict.bound95 === null || verdict.verdict === 'LEAK' ? '–' : `< ${percentText(verdict.bound95)}`;
  const first = verdict.firstSightingAfterMs === null ? 'none' : `${duration(verdict.firstSightingAfterMs)} in`;
  return markdown`| Operations | Errors | Opportunities | Leak rate | First sighting | Duration |
|---:|---:|---:|---:|---:|---:|
| ${count(verdict.operations)} | ${count(verdict.errors)} | ${count(verdict.opportunities)} | ${bound} | ${first} | ${duration(verdict.endedAt - verdict.startedAt)} |
`;
}

function findings(verdict: Verdict, shownMax: number): Markdown {
  if (verdict.findings.length === 0) return blank;
  const rest = verdict.findings.length - shownMax;
  return markdown`
### ${counted(verdict.findings.length, 'finding')}

| | Rule | Route | Listed | Viewed | Owners | Viewers | Fault open |
|---|---|---|---:|---:|---:|---:|---|
${verdict.findings.slice(0, shownMax).map((finding) => findingRow(verdict, finding))}
${verdict.findings.slice(0, Math.min(shownMax, 5)).map((finding) => findingText(finding))}${rest > 0 ? markdown`${count(rest)} more are in ${code('verdict.json')}.\n\n` : blank}`;
}

function findingRow(verdict: Verdict, finding: Finding): Markdown {
  const { rule, route, listed: onLists, viewed, owners, viewers } = finding;
  return markdown`| ${isLeak(rule, verdict) ? markdown`**LEAK**` : 'warning'} | ${code(rule)} | ${code(route, 100)} | ${count(onLists)} | ${count(viewed)} | ${count(owners)} | ${count(viewers)} | ${code(faultsAt(finding, 3), 80)} |
`;
}

function findingText(finding: Finding): Markdown {
  const why = finding.cause === undefined ? blank : markdown` **Why:** ${finding.cause}`;
  const { first } = finding;
  return markdown`- **${ruleTitles[finding.rule]}.** ${finding.summary}${why} First: ${evidenceOf(first)}, node ${code(first.node ?? 'unknown', 60)}, version ${code(first.version ?? 'unknown', 60)}, request ${code(first.requestId ?? 'unknown', 80)}.
`;
}

function shortRows(verdict: Verdict, shownMax: number): Markdown {
  const short = verdict.coverage.rows.filter(isShort);
  if (short.length === 0) return blank;
  const rows = short.slice(0, shownMax).map(
    ({ kind, name, opportunities, floor }) =>
      markdown`| ${coverageKinds[kind]} | ${code(name, 80)} | ${count(opportunities)} | ${count(floor)} |
`,
  );
  return markdown`
### Not covered enough

| | | Opportunities | Asked for |
|---|---|---:|---:|
${rows}${more(short.length - shownMax)}`;
}

function faults(verdict: Verdict, shownMax: number): Markdown {
  const items = verdict.faults.slice(0, shownMax).map(
    ({ kind, bit, proof, healedAt }) =>
      markdown`- ${bit ? 'bit' : markdown`**no bite**`}: ${code(kind, 60)}: ${proof}${healedAt === null ? markdown` **(not healed)**` : blank}
`,
  );
  return markdown`${items}${more(verdict.faults.length - shownMax)}`;
}

function alarm({ alarm: { tests } }: Verdict): Markdown {
  if (tests.length === 0)
    return markdown`- It did not run: nothing shows that a leak would have been noticed.
`;
  return markdown`${tests.slice(0, itemsShownMax).map(
    (test) => markdown`- ${test.rang ? 'rang' : markdown`**silent**`}: ${alarmTitle(test)}: ${test.detail}
`,
  )}`;
}

function bullets(texts: readonly string[], shownMax: number): Markdown {
  if (texts.length === 0) return blank;
  const items = texts.slice(0, shownMax).map(
    (text) => markdown`- ${text}
`,
  );
  return markdown`${items}${more(texts.length - shownMax)}
`;
}

const more = (rest: number): Markdown =>
  rest > 0
    ? markdown`- ${count(rest)} more in ${code('verdict.json')}
`
    : blank;

function folded(title: string, body: Markdown): Markdown {
  if (body.toString().trim() === '') return blank;
  return markdown`
<details><summary>${title}</summary>

${body}
</details>
`;
}
