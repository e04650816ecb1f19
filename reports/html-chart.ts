// The run as a picture: inline SVG, drawn once wide and once narrow, because without a script a drawing can't reflow and
// shrunken text can't be read. From top to bottom:
//
//     phases      ├ seed ┤├──────────── load ────────────┤
//     violations            ◆  ◆◆
//     load        operations a second, opportunities and errors within them, fault windows shaded
//     faults        ├─ cache-flush     ├──── deploy-upgrade ────┤
import type { FaultWindow, Report, Timeline } from '../harness/report.ts';
import type { Verdict } from '../harness/verdict.ts';
import { tickLabel, ticksOf } from './html-scale.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { count, counted, duration, plain } from './text.ts';
import { isLeak } from './words.ts';

const faultRowsMax = 16;
const faultRowHeight = 22;
const phaseY = 0;
const phaseHeight = 18;
const markY = 31;
const plotTop = 46;
const charWidth = 6.4;

interface Frame {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly plotHeight: number;
  readonly spanMs: number;
  readonly rateMax: number;
  x(ms: number): number;
  y(rate: number): number;
}

export function chart(report: Report, width: number, name: string): Markup {
  const { timeline, verdict } = report;
  const frame = frameOf(timeline, width);
  const faults = timeline.faults.slice(0, faultRowsMax);
  const height = plotTop + frame.plotHeight + 30 + faults.length * faultRowHeight;
  return markup`<svg class="chart ${name}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${name}-title ${name}-desc">
<title id="${name}-title">Timeline of the run</title>
<desc id="${name}-desc">${description(report)}</desc>
${pattern(name)}${faults.map((fault) => shade(frame, fault))}${grid(frame)}${phases(frame, timeline)}
${area(frame, timeline, 'operations', 'area-operations')}${area(frame, timeline, 'opportunities', 'area-opportunities')}${errors(frame, timeline, name)}
${markLane(frame, timeline, verdict)}${faults.map((fault, index) => faultRow(frame, fault, index))}
</svg>`;
}

/** What a person who can't see the drawing should know; the figures follow in a table. */
function description({ timeline, verdict }: Report): string {
  const peak = Math.max(0, ...timeline.buckets.map((bucket) => rate(timeline, bucket.operations)));
  const windows = timeline.faults
    .map((fault) => `${plain(fault.kind, 40)} from ${duration(fault.fromMs)}`)
    .slice(0, faultRowsMax);
  return `${counted(verdict.operations, 'operation')} in ${duration(verdict.endedAt - verdict.startedAt)}, at most ${count(peak)} a second. Faults: ${windows.join(', ') || 'none'}. Marks of violations: ${timeline.marks.length}.`;
}

function rate(timeline: Timeline, operations: number): number {
  return (operations * 1_000) / timeline.bucketMs;
}

function frameOf(timeline: Timeline, width: number): Frame {
  const ends = [
    timeline.buckets.length * timeline.bucketMs,
    ...timeline.phases.map((phase) => phase.toMs ?? phase.fromMs),
    ...timeline.faults.map((fault) => fault.toMs ?? fault.fromMs),
    ...timeline.marks.map((mark) => mark.atMs),
  ];
  const spanMs = Math.max(1_000, ...ends);
  const peak = Math.max(...timeline.buckets.map((bucket) => rate(timeline, bucket.operations)), 1);
  const rateMax = ticksOf(peak, 3).at(-1) ?? peak;
  const left = 38;
  const right = 8;
  const plotHeight = width > 500 ? 180 : 150;
  return {
    width,
    left,
    right,
    plotHeight,
    spanMs,
    rateMax,
    x: (ms) => tenth(left + (Math.min(Math.max(ms, 0), spanMs) / spanMs) * (width - left - right)),
    y: (value) => tenth(plotTop + plotHeight * (1 - Math.min(value / rateMax, 1))),
  };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function pattern(name: string): Markup {
  return markup`<defs><pattern id="${name}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/><path class="hatch-line" d="M0 0V5"/></pattern></defs>`;
}

function grid(frame: Frame): Markup {
  const bottom = frame.y(0);
  const rates = ticksOf(frame.rateMax, 3).map(
    (value) =>
      markup`<path class="grid" d="M${frame.left} ${frame.y(value)}H${frame.width - frame.right}"/><text class="axis" x="${frame.left - 6}" y="${frame.y(value) + 4}" text-anchor="end">${count(value)}</text>`,
  );
  const times = ticksOf(frame.spanMs / 1_000, frame.width / 110)
    .filter((second) => second * 1_000 <= frame.spanMs)
    .map((second) => {
      const x = frame.x(second * 1_000);
      const anchor = x > frame.width - 30 ? 'end' : 'middle';
      return markup`<path class="tick" d="M${x} ${bottom}V${bottom + 4}"/><text class="axis" x="${x}" y="${bottom + 17}" text-anchor="${anchor}">${tickLabel(second, frame.spanMs)}</text>`;
    });
  return markup`<g>${rates}${times}</g>`;
}

function phases(frame: Frame, timeline: Timeline): Markup {
  const strips = timeline.phases.map(({ phase, fromMs, toMs, cutShort }) => {
    const from = frame.x(fromMs);
    const width = Math.max(1, tenth(frame.x(toMs ?? frame.spanMs) - from - 1));
    const label = plain(cutShort === null ? phase : `${phase}, cut short`, 60);
    const told = cutShort === null ? label : `${label}: ${plain(cutShort, 200)}`;
    const text =
      label.length * charWidth + 8 > width
        ? nothing
        : markup`<text class="phase-label" x="${from + 6}" y="${phaseY + 13}">${label}</text>`;
    return markup`<g><title>${told}</title><rect class="phase phase-${phase === 'load' ? 'load' : 'other'}" x="${from}" y="${phaseY}" width="${width}" height="${phaseHeight}" rx="2"/>${text}</g>`;
  });
  return markup`<g>${strips}</g>`;
}

function area(frame: Frame, timeline: Timeline, figure: 'operations' | 'opportunities', className: string): Markup {
  const steps = timeline.buckets.map(
    (bucket, index) => markup`V${frame.y(rate(timeline, bucket[figure]))}H${frame.x((index + 1) * timeline.bucketMs)}`,
  );
  return markup`<path class="${className}" d="M${frame.left} ${frame.y(0)}${steps}V${frame.y(0)}Z"/>`;
}

/** At least three units high where there was any: one error among thousands must not vanish. */
function errors(frame: Frame, timeline: Timeline, name: string): Markup {
  const bars = timeline.buckets.flatMap((bucket, index) => {
    if (bucket.errors <= 0) return [];
    const top = Math.min(frame.y(rate(timeline, bucket.errors)), frame.y(0) - 3);
    const from = frame.x(index * timeline.bucketMs);
    const width = Math.max(1.5, tenth(frame.x((index + 1) * timeline.bucketMs) - from));
    return [
      markup`<rect class="errors" fill="url(#${name}-hatch)" x="${from}" y="${top}" width="${width}" height="${tenth(frame.y(0) - top)}"/>`,
    ];
  });
  return markup`<g>${bars}</g>`;
}

function shade(frame: Frame, fault: FaultWindow): Markup {
  const from = frame.x(fault.fromMs);
  const width = Math.max(1.5, tenth(frame.x(fault.toMs ?? frame.spanMs) - from));
  return markup`<rect class="shade" x="${from}" y="${plotTop}" width="${width}" height="${frame.plotHeight}"/>`;
}

function markLane(frame: Frame, timeline: Timeline, verdict: Verdict): Markup {
  const diamonds = timeline.marks.map(({ rule, atMs, count: times }) => {
    const x = frame.x(atMs);
    const kind = isLeak(rule, verdict) ? 'violation' : 'violation hollow';
    return markup`<g class="${kind}"><title>${rule} at ${duration(atMs)}, ${counted(times, 'example')}</title><path class="drop" d="M${x} ${markY + 6}V${frame.y(0)}"/><path class="diamond" d="M${x} ${markY - 7}l6 7l-6 7l-6 -7z"/></g>`;
  });
  return markup`<g>${diamonds}</g>`;
}

function faultRow(frame: Frame, fault: FaultWindow, index: number): Markup {
  const y = plotTop + frame.plotHeight + 30 + index * faultRowHeight;
  const from = frame.x(fault.fromMs);
  const to = Math.max(frame.x(fault.toMs ?? frame.spanMs), from + 3);
  const kind = plain(fault.kind, 40);
  const label = fault.bit ? kind : `${kind} (did not bite)`;
  const fitsRight = to + 8 + label.length * charWidth < frame.width;
  const text = fitsRight
    ? markup`<text class="fault-label" x="${to + 7}" y="${y + 11}">${label}</text>`
    : markup`<text class="fault-label" x="${from - 7}" y="${y + 11}" text-anchor="end">${label}</text>`;
  return markup`<g><title>${label}, opened at ${duration(fault.fromMs)}</title><rect class="fault ${fault.bit ? 'bit' : 'toothless'}" x="${from}" y="${y + 2}" width="${tenth(to - from)}" height="11" rx="2"/>${text}</g>`;
}
