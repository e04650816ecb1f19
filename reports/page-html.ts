// A document as one self-contained page: no script, nothing loaded from anywhere. On paper the notice stands on every sheet.
import type { Outcome } from '../harness/verdict.ts';
import { verdictSign, wordmark } from './html-icons.ts';
import { style } from './html-style.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { type Block, type Field, type Mood, type PageDocument, personMustMark, type Section } from './page.ts';
import { count } from './text.ts';

const signs: Readonly<Record<Mood, Outcome>> = {
  pass: 'PASS',
  leak: 'LEAK',
  inconclusive: 'INCONCLUSIVE',
  error: 'ERROR',
};

const pageStyle = markup`<style>
.notice{border-block:2px solid var(--violet);color:var(--violet);font-weight:600;padding-block:.6rem;margin-bottom:1.6rem}
.meaning+.meaning{font-size:1.02rem;font-family:var(--sans)}
.part-body>*+*{margin-top:1.1rem}.part-body>.minor{margin-top:1.8rem}
.wide-table{overflow-x:auto;border:1px solid var(--rule);border-radius:4px;max-height:32rem}.wide-table:focus-visible{outline:2px solid var(--status);outline-offset:3px}
.wide-table table{min-width:34rem}.wide-table th,.wide-table td{text-align:left}.wide-table thead th{position:sticky;top:0;background:var(--card)}
.fields{display:grid;gap:1.2rem}.fields dt{font-weight:600}.fields dd+dd{margin-top:.4rem}
.asks{color:var(--soft);font-size:.92rem}
.person{display:block;border:2px dashed var(--ochre);border-radius:4px;padding:.6rem .8rem}.person b{color:var(--ochre)}
@media print{.notice{position:fixed;top:0;left:0;right:0;background:#fff;margin:0}body{padding-top:3rem}.wide-table{max-height:none;overflow:visible}}
</style>`;

export function pageHtml(document: PageDocument): string {
  const { title, source, notice, mood, word, lead, summary, figures, sections } = document;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${style}${pageStyle}
</head>
<body class="${mood}">
<header class="masthead">${wordmark()}<p>${source}</p></header>
<main>
<p class="notice" role="note">${notice}</p>
<section class="hero" aria-label="${title}">${verdictSign(signs[mood])}<div>
<h1><span class="word">${word}</span> <span class="lead">${lead}</span></h1>
${summary.map((text) => markup`<p class="meaning">${text}</p>`)}</div></section>
${figures.length === 0 ? nothing : markup`<dl class="figures">${figures.map(({ name, value, words }) => markup`<div><dt>${name}</dt><dd><b>${value}</b><span>${words}</span></dd></div>`)}</dl>`}
${sections.map(section)}
</main>
<footer><p>${notice}</p></footer>
</body>
</html>
`.toString();
}

function section({ title, hint, blocks }: Section): Markup {
  return markup`<section class="part"><div class="part-head"><h2>${title}</h2><p>${hint}</p></div><div class="part-body">${blocks.map(block)}</div></section>
`;
}

function block(one: Block): Markup {
  switch (one.kind) {
    case 'text':
      return markup`<p>${one.text}</p>`;
    case 'minor':
      return markup`<h3 class="minor">${one.text}</h3>`;
    case 'list':
      return markup`<ul class="plain-list">${one.items.map((item) => markup`<li>${item}</li>`)}</ul>`;
    case 'facts':
      return markup`<dl class="facts">${one.facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
    case 'fields':
      return markup`<dl class="fields">${one.fields.map(field)}</dl>`;
    case 'table':
      return table(one);
  }
}

function table({ caption, head, rows, leftOut }: Extract<Block, { kind: 'table' }>): Markup {
  const rest = leftOut > 0 ? markup`<p class="quiet">${count(leftOut)} more are left out here.</p>` : nothing;
  const body = rows.map(
    ([first = '', ...cells]) =>
      markup`<tr><th scope="row">${first}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`,
  );
  return markup`<div class="wide-table" tabindex="0" role="region" aria-label="${caption}"><table><thead><tr>${head.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead><tbody>${body}</tbody></table></div>${rest}`;
}

function field({ name, asks, known, personMust }: Field): Markup {
  const person =
    personMust === null ? nothing : markup`<dd class="person"><b>${personMustMark}:</b> ${personMust}</dd>`;
  return markup`<div><dt>${name}</dt><dd class="asks">${asks}</dd>${known.map((text) => markup`<dd>${text}</dd>`)}${person}</div>`;
}
