// Findings on the page: what leaked, how far it reached, and the evidence by which an engineer finds the request again.
// What was listed and what was viewed are two figures and never added up.
import type { Report } from '../harness/report.ts';
import { type Finding, ruleIds, type Verdict, type Violation } from '../harness/verdict.ts';
import { commonTexts, howCompared } from './common-words.ts';
import { mark } from './html-icons.ts';
import { type Markup, markup, nothing, picture } from './markup.ts';
import { count, duration, listed, plain, timeOfDay } from './text.ts';
import { causeLettersMax, declaredTexts, evidenceOf, faultsAt, isLeak, ruleTitles } from './words.ts';

type Pictures = NonNullable<Report['pictures']>;

const findingsShownMax = 30;
const examplesShownMax = 8;

export function findingsPart({ verdict, pictures = {} }: Report): Markup {
  const shown = verdict.findings.slice(0, findingsShownMax).map((finding) => findingCard(verdict, finding, pictures));
  const rest = verdict.findings.length - shown.length;
  const none = markup`<p class="quiet">None in ${count(verdict.operations)} operations.</p>`;
  return markup`${shown.length === 0 ? none : shown}${rest > 0 ? markup`<p>${count(rest)} more findings are in <code>verdict.json</code>.</p>` : nothing}${declared(verdict)}${notFound(verdict)}`;
}

/** What the deployment says of itself, and how far that reached. */
function declared(verdict: Verdict): Markup {
  const items = declaredTexts(verdict).map((text) => markup`<li>${plain(text, 600)}</li>`);
  if (items.length === 0) return nothing;
  return markup`<h3 class="minor">Declared, and so no leak</h3><ul class="plain-list">${items}</ul>`;
}

/** A reader of a PASS wants to know what was looked for. */
function notFound(verdict: Verdict): Markup {
  const found = new Set(verdict.findings.map((finding) => finding.rule));
  const clear = ruleIds.filter((rule) => !found.has(rule));
  if (clear.length === 0) return nothing;
  const items = clear.map(
    (rule) => markup`<li>${mark('none', 'not seen')} <span>${ruleTitles[rule]} <code>${rule}</code></span></li>`,
  );
  return markup`<h3 class="minor">Looked for, and not seen</h3><ul class="rules">${items}</ul>`;
}

function findingCard(verdict: Verdict, finding: Finding, pictures: Pictures): Markup {
  const leak = isLeak(finding.rule, verdict);
  return markup`<article class="finding ${leak ? 'is-leak' : 'is-warning'}">
<header>${leak ? mark('bad', 'leak') : mark('short', 'warning')}<code>${finding.rule}</code></header>
<h3>${ruleTitles[finding.rule]}</h3>
<p>${plain(finding.summary, 600)}</p>
${finding.cause === undefined ? nothing : markup`<p class="cause"><b>Why:</b> ${plain(finding.cause, causeLettersMax)}</p>`}
${reach(finding)}
<p class="where">In <code>${plain(finding.route, 120)}</code>. Nodes: ${listed(finding.nodes, 'unknown')}. Versions: ${listed(finding.versions, 'unknown')}. Faults open: ${faultsAt(finding)}.</p>
${inCommon(finding)}
<div class="evidence"><h4>First evidence</h4>${evidence(verdict, finding.first)}${pictureOf(finding.first, pictures)}</div>
${examples(verdict, finding)}
</article>
`;
}

function inCommon(finding: Finding): Markup {
  const texts = commonTexts(finding).map((text) => markup`<li>${text}.</li>`);
  if (texts.length === 0) return nothing;
  return markup`<div class="evidence"><h4>What the exposed have in common</h4><ol class="examples">${texts}</ol><p class="quiet">${howCompared}</p></div>`;
}

function reach(finding: Finding): Markup {
  const figure = (value: number, name: string, words: string): Markup =>
    markup`<div><dt>${name}</dt><dd><b>${count(value)}</b> ${words}</dd></div>`;
  const figures =
    finding.rule === 'missing-own'
      ? [figure(finding.owners, 'Patients', 'missed something'), figure(finding.count, 'Times', 'in all')]
      : [
          figure(finding.listed, 'Listed', 'things on a list or page'),
          figure(finding.viewed, 'Viewed', 'recordings delivered'),
          figure(finding.owners, 'Owners', 'exposed'),
          figure(finding.viewers, 'Viewers', 'to whom'),
          figure(finding.count, 'Violations', 'in all'),
        ];
  return markup`<dl class="reach">${figures}</dl>`;
}

function evidence(verdict: Verdict, violation: Violation): Markup {
  const rows: readonly (readonly [string, Markup])[] = [
    ['When', markup`${duration(violation.at - verdict.startedAt)} into the run, ${timeOfDay(violation.at)}`],
    ['Request', markup`${code(violation.route)}, status ${violation.status}, id ${code(violation.requestId)}`],
    ...(violation.traceId === undefined ? [] : [['Trace', code(violation.traceId)] as const]),
    ['Answered by', markup`node ${code(violation.node)}, version ${code(violation.version)}`],
    ['Fault open', markup`${faultsAt(violation)} (window ${code(violation.window)})`],
    ['Seen in', markup`${plain(violation.where, 100)}, written ${plain(violation.encoding, 100)}`],
    [
      'Session',
      markup`${code(violation.session)}, scenario ${code(violation.scenario)}, action ${code(violation.action)}, operation ${code(violation.operation)}`,
    ],
    ['Circumstance', markup`${circumstance(violation)}`],
  ];
  const items = rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`);
  return markup`<p class="sentence">${evidenceOf(violation)}.</p><dl class="facts">${items}</dl>`;
}

function pictureOf({ evidence, owner }: Violation, pictures: Pictures): Markup {
  const found = evidence === undefined ? undefined : pictures[evidence];
  if (found === undefined) return nothing;
  const image = picture(found, `The code of patient ${owner}, as it was on the screen`);
  return markup`<figure class="seen">${image}<figcaption>Cut out of the screen: <code>${plain(evidence ?? '', 100)}</code></figcaption></figure>`;
}

function code(text: string | null): Markup {
  return markup`<code>${plain(text ?? 'unknown', 100)}</code>`;
}

function circumstance(violation: Violation): string {
  const parts = [
    ...(violation.afterAbort ? ['the request right after one that the client cut off'] : []),
    ...(violation.barrier === null ? [] : [`released together with others by barrier ${plain(violation.barrier, 60)}`]),
  ];
  return parts.length === 0 ? 'ordinary request' : parts.join('; ');
}

function examples(verdict: Verdict, finding: Finding): Markup {
  const shown = finding.examples.slice(0, examplesShownMax);
  if (shown.length === 0) return nothing;
  const rest = finding.count - 1 - shown.length;
  const more =
    rest > 0 ? markup`<p class="quiet">${count(rest)} more of the same kind; the history has them all.</p>` : nothing;
  const items = shown.map((violation) => example(verdict, violation));
  return markup`<details><summary>${count(shown.length)} more ${shown.length === 1 ? 'example' : 'examples'}</summary><ol class="examples">${items}</ol>${more}</details>`;
}

function example(verdict: Verdict, violation: Violation): Markup {
  const { node, version, requestId, traceId } = violation;
  const trace = traceId === undefined ? nothing : markup` · trace ${code(traceId)}`;
  return markup`<li>${evidenceOf(violation)}<br><span class="quiet">${duration(violation.at - verdict.startedAt)} in · ${code(violation.route)} ${violation.status} · ${plain(node ?? 'node unknown', 60)} ${plain(version ?? 'version unknown', 60)} · request ${code(requestId)}${trace} · faults open: ${faultsAt(violation)}</span></li>`;
}
