// The trend over the runs, oldest on the left: a column for the opportunities of each, one for the share of its coverage that was
// met, and its verdict as a sign below, so that neither colour nor height has to be guessed. Drawn wide and narrow, as the chart of a run.

import { ticksOf } from './html-scale.ts';
import { type Markup, markup } from './markup.ts';
import type { JudgedRun } from './run-site-entry.ts';
import { count } from './text.ts';

const plotHeight = 96;
const shareHeight = 34;
const left = 52;
const gap = 18;
const signsY = 10 + plotHeight + gap + shareHeight + 12;

export function trend(newestFirst: readonly JudgedRun[], width: number, shownMax: number, name: string): Markup {
  const runs = newestFirst.slice(0, shownMax).reverse();
  const ticks = ticksOf(Math.max(0, ...runs.map(({ opportunities }) => opportunities)), 2);
  const top = ticks.at(-1) ?? 1;
  const step = Math.min(36, (width - left - 4) / Math.max(1, runs.length));
  const columnWidth = Math.max(2, step * 0.7);
  const x = (index: number): number => left + index * step + (step - columnWidth) / 2;
  const column = (index: number, base: number, share: number, height: number, kind: string): Markup => {
    const tall = share <= 0 ? 0 : Math.max(1, share * height);
    return markup`<rect class="${kind}" x="${round(x(index))}" y="${round(base - tall)}" width="${round(columnWidth)}" height="${round(tall)}"/>`;
  };
  const plotBase = 10 + plotHeight;
  const shareBase = plotBase + gap + shareHeight;
  return markup`<svg class="chart ${name}" viewBox="0 0 ${width} ${signsY + 14}" role="img" aria-labelledby="${name}-title ${name}-desc">
<title id="${name}-title">Trend of ${count(runs.length)} runs</title>
<desc id="${name}-desc">${description(runs)}</desc>
${ticks.map((tick) => axisLine(width, plotBase - (tick / top) * plotHeight, count(tick)))}
${axisLine(width, shareBase - shareHeight, '100 %')}${axisLine(width, shareBase, '0')}
${runs.map(({ opportunities }, index) => column(index, plotBase, opportunities / top, plotHeight, 'area-opportunities'))}
${runs.map(({ covered, asked }, index) => column(index, shareBase, asked === 0 ? 0 : covered / asked, shareHeight, 'share'))}
${runs.map(({ verdict }, index) => sign(verdict, round(x(index) + columnWidth / 2)))}
</svg>`;
}

function axisLine(width: number, y: number, label: string): Markup {
  return markup`<line class="grid" x1="${left}" x2="${width}" y1="${round(y)}" y2="${round(y)}"/><text x="${left - 8}" y="${round(y + 4)}" text-anchor="end">${label}</text>`;
}

/** A ring for a PASS, a filled diamond for a LEAK, a stroke for what could not be judged, a cross for what broke down. */
function sign(verdict: JudgedRun['verdict'], x: number): Markup {
  switch (verdict) {
    case 'PASS':
      return markup`<circle class="pass-sign" cx="${x}" cy="${signsY}" r="4"/>`;
    case 'LEAK':
      return markup`<path class="diamond" d="M${x} ${signsY - 6}l6 6l-6 6l-6-6z"/>`;
    case 'INCONCLUSIVE':
      return markup`<path class="doubt-sign" d="M${round(x - 4)} ${signsY}h8"/>`;
    case 'ERROR':
      return markup`<path class="error-sign" d="M${round(x - 4)} ${signsY - 4}l8 8m0-8l-8 8"/>`;
  }
}

function description(runs: readonly JudgedRun[]): string {
  const of = (wanted: string): number => runs.filter(({ verdict }) => verdict === wanted).length;
  const last = runs.at(-1);
  const newest =
    last === undefined
      ? ''
      : ` The newest: ${last.verdict}, ${count(last.opportunities)} opportunities, ${last.covered} of ${last.asked} parts covered.`;
  return `From the oldest to the newest: ${of('PASS')} PASS, ${of('LEAK')} LEAK, ${of('INCONCLUSIVE')} INCONCLUSIVE, ${of('ERROR')} ERROR.${newest}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
