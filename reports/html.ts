// The report page: one file to send, open, print and keep. No script, nothing loaded from anywhere, and a policy that forbids
// both; what a target said is text and only text (see `markup.ts`).
import type { Report } from '../harness/report.ts';
import type { Outcome, Verdict } from '../harness/verdict.ts';
import { percentText } from '../harness/wording.ts';
import { alarmPart, coveragePart, faultsPart } from './html-coverage.ts';
import { findingsPart } from './html-findings.ts';
import { verdictSign, wordmark } from './html-icons.ts';
import { looksPart } from './html-looks.ts';
import { style } from './html-style.ts';
import { timelinePart } from './html-timeline.ts';
import { bounded, type Markup, markup, nothing } from './markup.ts';
import { count, dateAndTime, duration, plain } from './text.ts';
import { beyondFindings, folderOf, outcomeWords } from './words.ts';

const itemsMax = 50;

const statusClass: Readonly<Record<Outcome, string>> = {
  PASS: 'pass',
  LEAK: 'leak',
  INCONCLUSIVE: 'inconclusive',
  ERROR: 'error',
};

export function html(report: Report): string {
  const { verdict } = report;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${verdict.verdict} · Crosstalk ${plain(verdict.id, 80)}</title>
${style}
</head>
<body class="${statusClass[verdict.verdict]}">
<header class="masthead">${wordmark()}<p>${plain(verdict.target, 80)} · ${dateAndTime(verdict.startedAt)}</p></header>
<main>
${hero(verdict)}
${figures(verdict)}
${part('Timeline', 'What happened, second by second, and what was broken meanwhile.', timelinePart(report))}
${part('Findings', 'Violations of one cause are one finding. Listed and viewed are counted apart.', findingsPart(report))}
${part('Faults', 'Each must be shown to have bitten; one that did nothing tested nothing.', faultsPart(verdict))}
${part('Alarm test', 'One session was handed another’s credentials on purpose. If that had gone unnoticed, so would a leak.', alarmPart(verdict))}
${part('What was looked at', 'Silence means something only where the alarm rang. A thumbnail is listed; a playing video is viewed.', looksPart(verdict))}
${part('Coverage', 'A PASS is earned in each window, on each node and each version by itself.', coveragePart(verdict))}
${warnings(verdict)}
${part('Repeat', 'The seed fixes the people and the plan; the race is up to the machine.', repeat(report))}
</main>
<footer>${glossary()}</footer>
</body>
</html>
`;
  return page.toString();
}

function hero(verdict: Verdict): Markup {
  const reasons = textItems(verdict.reasons);
  return markup`<section class="hero" aria-label="Verdict">${verdictSign(verdict.verdict)}<div>
<h1><span class="word">${verdict.verdict}</span> <span class="lead">${outcomeWords[verdict.verdict]}</span></h1>
<p class="meaning">${verdict.meaning}</p>${reasons.length === 0 ? nothing : markup`<ul class="reasons">${reasons}</ul>`}
</div></section>`;
}

function textItems(texts: readonly string[]): Markup[] {
  return bounded(
    texts,
    itemsMax,
    (text) => markup`<li>${plain(text, 500)}</li>`,
    (rest) => markup`<li>${count(rest)} more in verdict.json</li>`,
  );
}

function figures(verdict: Verdict): Markup {
  const first = verdict.firstSightingAfterMs;
  const worst = verdict.worstWindow === null ? '' : `in the thinnest window, ${plain(verdict.worstWindow, 60)}`;
  const bound = verdict.verdict === 'LEAK' ? 'does not apply: it leaked' : worst;
  const rate = verdict.bound95 === null || verdict.verdict === 'LEAK' ? '–' : percentText(verdict.bound95);
  const items: readonly (readonly [string, string, string])[] = [
    ['Operations', count(verdict.operations), `${count(verdict.errors)} of them errors`],
    [
      'Opportunities',
      count(verdict.opportunities),
      `independent, in ${count(verdict.opportunityOperations)} operations`,
    ],
    ['Leak rate below', rate, bound || 'unknown'],
    ['Sessions', count(verdict.sessions), `in ${duration(verdict.endedAt - verdict.startedAt)}`],
    [
      'First sighting',
      first === null ? 'none' : duration(first),
      first === null ? 'of anything foreign' : 'into the load',
    ],
  ];
  return markup`<dl class="figures">${items.map(([name, value, words]) => markup`<div><dt>${name}</dt><dd><b>${value}</b><span>${words}</span></dd></div>`)}</dl>`;
}

function part(title: string, hint: string, body: Markup): Markup {
  return markup`<section class="part"><div class="part-head"><h2>${title}</h2><p>${hint}</p></div><div class="part-body">${body}</div></section>`;
}

function warnings(verdict: Verdict): Markup {
  const items = textItems(beyondFindings(verdict.warnings, verdict));
  if (items.length === 0) return nothing;
  return part('Warnings', 'No reason to fail, every reason to look.', markup`<ul class="plain-list">${items}</ul>`);
}

function repeat(report: Report): Markup {
  const { verdict } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['Run', verdict.id],
    ['Files', folderOf(report)],
    ['Seed', verdict.seed],
    ['Driver', verdict.driver],
    ['Target', verdict.target],
    ['Exit code', String(verdict.exitCode)],
  ];
  return markup`<pre><code>${report.repeat}</code></pre><dl class="facts">${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${plain(value, 300)}</dd>`)}</dl>`;
}

function glossary(): Markup {
  return markup`<dl>
<dt>Opportunity</dt><dd>An answer with personal data while another patient was active. Requests that hang together count once.</dd>
<dt>Leak rate below</dt><dd>With that many opportunities and no leak, the true rate lies below this with 95 % confidence: 1 − 0.05<sup>1/n</sup>.</dd>
<dt>Listed, viewed</dt><dd>Listed stood on a list or page. Viewed means that a recording’s bytes were delivered.</dd>
<dt>The people</dt><dd>All patients and recordings are synthetic; a patient is named by number.</dd>
</dl>`;
}
