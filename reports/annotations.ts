// The run as GitHub's workflow commands, which a job prints and GitHub shows beside the change. It shows ten errors and ten warnings
// of a step and forgets the others, so the last of ten says how many more there are.
import type { Report } from '../harness/report.ts';
import type { Finding } from '../harness/verdict.ts';
import { placeOf } from './finding-place.ts';
import { count, plain } from './text.ts';
import { isLeak, outcomeWords, ruleTitles } from './words.ts';

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly title: string;
  readonly text: string;
  readonly finding?: Finding;
}

const shownMax = 10;

export function annotations(report: Report): string {
  const { verdict } = report;
  const told = (finding: Finding): Annotation => ({
    title: `Crosstalk: ${ruleTitles[finding.rule]}`,
    text: finding.summary,
    finding,
  });
  const whole: Annotation = {
    title: `Crosstalk: ${verdict.verdict}`,
    text: `${outcomeWords[verdict.verdict]}. ${verdict.meaning}`,
  };
  const leaks = verdict.findings.filter(({ rule }) => isLeak(rule, verdict));
  const others = verdict.findings.filter(({ rule }) => !isLeak(rule, verdict));
  return [
    ...(verdict.verdict === 'PASS' ? [lineOf('notice', whole, report)] : []),
    ...linesOf('error', [...(verdict.verdict === 'PASS' ? [] : [whole]), ...leaks.map(told)], report),
    ...linesOf('warning', others.map(told), report),
  ].join('');
}

function linesOf(level: Level, all: readonly Annotation[], report: Report): string[] {
  if (all.length <= shownMax) return all.map((one) => lineOf(level, one, report));
  const rest = all.length - (shownMax - 1);
  const last: Annotation = {
    title: 'Crosstalk: more findings',
    text: `${count(rest)} more are in the summary of the job and in the files of the run.`,
  };
  return [...all.slice(0, shownMax - 1), last].map((one) => lineOf(level, one, report));
}

function lineOf(level: Level, { title, text, finding }: Annotation, { adapter }: Report): string {
  const place = finding === undefined ? null : placeOf(finding, adapter);
  const properties = [
    ...(place === null ? [] : [`file=${property(place.file)}`, `line=${place.line}`]),
    `title=${property(plain(title, 200))}`,
  ];
  return `::${level} ${properties.join(',')}::${data(plain(text, 1_000))}\n`;
}

/** As GitHub's own toolkit escapes them. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
