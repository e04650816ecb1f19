// The timeline's part of the page: the drawing in two widths, its legend, and the same figures as a table.
import type { Report, Timeline, TimelineBucket } from '../harness/report.ts';
import { chart } from './html-chart.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { count, duration, listed } from './text.ts';

export function timelinePart(report: Report): Markup {
  const { timeline } = report;
  return markup`<figure class="timeline">${legend()}${chart(report, 840, 'wide')}${chart(report, 340, 'narrow')}
<figcaption>Time runs from the start of the run; the height is operations a second. The alarm tests stand before and after the load and are not counted. ${leftOut(timeline)}</figcaption></figure>
${table(timeline)}`;
}

function legend(): Markup {
  const swatch = (className: string, words: string): Markup =>
    markup`<li><svg viewBox="0 0 18 12" aria-hidden="true"><rect class="${className}" width="18" height="12" rx="2"/></svg>${words}</li>`;
  const diamond = (className: string, words: string): Markup =>
    markup`<li><svg viewBox="0 0 18 14" aria-hidden="true" class="${className}"><path class="diamond" d="M9 1l6 6l-6 6l-6 -6z"/></svg>${words}</li>`;
  return markup`<ul class="legend">${[
    swatch('area-operations', 'operations'),
    swatch('area-opportunities', 'of these, could have leaked'),
    markup`<li><svg viewBox="0 0 18 12" aria-hidden="true"><rect class="hatch-ground" width="18" height="12" rx="2"/><path class="hatch-line" d="M2 12L8 0M7 12L13 0M12 12L18 0"/></svg>errors</li>`,
    swatch('fault bit', 'fault open'),
    diamond('violation', 'violation'),
    diamond('violation hollow', 'warning'),
  ]}</ul>`;
}

function leftOut({ marksLeftOut }: Timeline): string {
  return marksLeftOut > 0
    ? `${count(marksLeftOut)} further marks are not drawn.`
    : 'Violations are marked where the verdict keeps one as evidence.';
}

function table(timeline: Timeline): Markup {
  if (timeline.buckets.length === 0) return nothing;
  const rows = timeline.buckets.map((bucket, index) => tableRow(timeline, bucket, index));
  return markup`<details class="data"><summary>The same as a table, ${duration(timeline.bucketMs)} a row</summary>
<div class="scroll" role="region" aria-label="Timeline as a table" tabindex="0"><table class="figures-table">
<thead><tr><th scope="col">From</th><th scope="col">Operations</th><th scope="col">Errors</th><th scope="col">Could have leaked</th><th scope="col">Violations kept</th><th scope="col" class="words">Faults open</th></tr></thead>
<tbody>${rows}</tbody></table></div></details>`;
}

function tableRow(timeline: Timeline, bucket: TimelineBucket, index: number): Markup {
  const fromMs = index * timeline.bucketMs;
  const toMs = fromMs + timeline.bucketMs;
  // A window of no length still belongs to the row in which it opened.
  const open = timeline.faults.filter(
    (fault) => fault.fromMs < toMs && Math.max(fault.toMs ?? toMs, fault.fromMs + 1) > fromMs,
  );
  const marks = timeline.marks.filter((mark) => mark.atMs >= fromMs && mark.atMs < toMs);
  const violations = marks.reduce((sum, mark) => sum + mark.count, 0);
  return markup`<tr><th scope="row">${duration(fromMs)}</th><td>${count(bucket.operations)}</td><td>${count(bucket.errors)}</td><td>${count(bucket.opportunities)}</td><td>${count(violations)}</td><td class="words">${listed(
    open.map((fault) => fault.kind),
    '',
    3,
  )}</td></tr>
`;
}
