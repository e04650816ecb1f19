// How a comparison of two runs reads in a terminal: the gravest first.
import { createColors } from 'picocolors';
import { percentText } from '../harness/wording.ts';
import type { Comparison, Head, NotSeen, Seen } from './comparison.ts';
import type { Loss } from './comparison-coverage.ts';
import type { TerminalOptions } from './terminal.ts';
import { count, dateAndTime, plain, wrap } from './text.ts';

const itemsShownMax = 40;

export function comparisonText(comparison: Comparison, { color, columns }: TerminalOptions): string {
  const colors = createColors(color);
  const width = Math.min(Math.max(columns, 40), 120);
  const { before, after, appeared, stillThere, gone, notSeen, coverageLost } = comparison;

  const entry = (lead: string, text: string): string[] =>
    wrap(text, width - lead.length).map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line);
  const section = <T>(title: string, items: readonly T[], lines: (item: T) => string[]): string[] => {
    if (items.length === 0) return [];
    const rest = items.length - itemsShownMax;
    return [
      '',
      colors.bold(`${title} (${count(items.length)})`),
      ...items.slice(0, itemsShownMax).flatMap(lines),
      ...(rest > 0 ? [`  ... and ${count(rest)} more, in --json`] : []),
    ];
  };
  const seen = ({ leak, rule, route, summary }: Seen): string[] => [
    ...entry(leak ? '  LEAK  ' : '  note  ', `${rule} in ${plain(route, 120)}`),
    ...entry('        ', plain(summary, 600)),
  ];
  const unseen = (finding: NotSeen): string[] => [...seen(finding), ...entry('        not covered: ', finding.why)];
  const loss = ({ kind, name, detail }: Loss): string[] =>
    entry('  - ', `${kind} ${plain(name, 120)}: ${plain(detail, 300)}`);

  const lines = [
    ...wrap(headlineOf(comparison), width).map((line, index) => (index === 0 ? colors.bold(line) : line)),
    ...entry('  before  ', headText(before)),
    ...entry('  after   ', headText(after)),
    ...(before.target === after.target
      ? []
      : entry('  note    ', 'these are two targets, so differences may be theirs')),
    ...section('New', appeared, seen),
    ...section('Coverage lost', coverageLost, loss),
    ...section('Still there', stillThere, seen),
    ...section('Not seen, and not covered well enough to call it gone', notSeen, unseen),
    ...section('Gone', gone, seen),
  ];
  return `${lines.join('\n')}\n`;
}

function headlineOf({ exitCode, appeared, stillThere, gone, notSeen, coverageLost }: Comparison): string {
  const figures = `${count(appeared.length)} new, ${count(stillThere.length)} still there, ${count(gone.length)} gone, ${count(notSeen.length)} not seen and not covered, ${count(coverageLost.length)} of the coverage lost`;
  const words = { 0: 'Nothing new', 1: 'A new leak', 2: 'Coverage lost' }[exitCode];
  return `${words}: ${figures}. Exit ${exitCode}`;
}

function headText({ id, verdict, target, startedAt, opportunities, bound95 }: Head): string {
  const bound =
    bound95 === null || verdict === 'LEAK' ? '' : `, leak rate < ${percentText(bound95)} in the thinnest window`;
  return `${plain(id, 80)} of ${plain(target, 80)}, ${dateAndTime(startedAt)}: ${verdict}, ${count(opportunities)} opportunities${bound}`;
}
