// The report for a terminal: the verdict first, then what speaks against a PASS, then what was covered. Reads the same
// without colour; nothing from a target can steer the terminal.
import { createColors } from 'picocolors';
import type { Report } from '../harness/report.ts';
import type { CoverageRow, Finding, Verdict, Violation } from '../harness/verdict.ts';
import { percentText } from '../harness/wording.ts';
import { commonTexts } from './common-words.ts';
import { count, counted, dateAndTime, duration, plain, timeOfDay, wrap } from './text.ts';
import {
  alarmTitle,
  beyondFindings,
  causeLettersMax,
  channelTitles,
  coverageKinds,
  declaredTexts,
  evidenceOf,
  exposureOf,
  faultsAt,
  folderOf,
  isLeak,
  isShort,
  lookTitles,
  ruleTitles,
} from './words.ts';

export interface TerminalOptions {
  readonly color: boolean;
  readonly columns: number;
}

const findingsShownMax = 12;
const linesShownMax = 40;

type Colors = ReturnType<typeof createColors>;

interface Page {
  readonly colors: Colors;
  readonly columns: number;
}

export function terminal(report: Report, options: TerminalOptions): string {
  const page: Page = { colors: createColors(options.color), columns: Math.min(Math.max(options.columns, 40), 120) };
  const { verdict } = report;
  const sections = [
    headline(page, verdict),
    section(page, 'Why', bullets(page, beyondFindings(verdict.reasons, verdict))),
    section(page, 'Findings', findings(page, verdict)),
    section(page, 'Declared', bullets(page, declaredTexts(verdict))),
    section(page, 'Faults', faults(page, verdict)),
    section(page, 'Coverage', coverage(page, verdict)),
    section(page, 'Looked at', looks(page, verdict)),
    section(page, 'Alarm test', alarm(page, verdict)),
    section(page, 'Warnings', bullets(page, beyondFindings(verdict.warnings, verdict))),
    section(page, 'Run', run(page, report)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headline({ colors, columns }: Page, verdict: Verdict): string[] {
  const paint = { PASS: colors.green, LEAK: colors.red, INCONCLUSIVE: colors.yellow, ERROR: colors.magenta };
  const word = paint[verdict.verdict](colors.bold(verdict.verdict));
  return [`${word}  exit ${verdict.exitCode}`, ...wrap(verdict.meaning, columns)];
}

function section({ colors }: Page, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [colors.bold(title), ...lines];
}

/** Text behind a lead of a fixed width; its further lines stand under the first. */
function hanging(
  { columns }: Page,
  lead: string,
  text: string,
  paint: (text: string) => string = (same) => same,
): string[] {
  const lines = wrap(text, columns - lead.length);
  return (lines.length === 0 ? [''] : lines).map((line, index) =>
    index === 0 ? paint(lead) + line : ' '.repeat(lead.length) + line,
  );
}

function bullets(page: Page, items: readonly string[]): string[] {
  return bounded(items, linesShownMax, (item) => hanging(page, '  - ', item));
}

function bounded<T>(items: readonly T[], itemsMax: number, render: (item: T, index: number) => string[]): string[] {
  const rest = items.length - itemsMax;
  const lines = items.slice(0, itemsMax).flatMap(render);
  return rest > 0 ? [...lines, `  ... and ${count(rest)} more, in verdict.json`] : lines;
}

function findings(page: Page, verdict: Verdict): string[] {
  return bounded(verdict.findings, findingsShownMax, (finding) => findingLines(page, verdict, finding));
}

function findingLines(page: Page, verdict: Verdict, finding: Finding): string[] {
  const { colors } = page;
  const leak = isLeak(finding.rule, verdict);
  return [
    ...hanging(
      page,
      leak ? '  LEAK  ' : '  note  ',
      `${finding.rule}: ${ruleTitles[finding.rule]}`,
      leak ? colors.red : colors.yellow,
    ),
    ...hanging(page, '        ', finding.summary),
    ...(finding.cause === undefined ? [] : hanging(page, '        why: ', plain(finding.cause, causeLettersMax))),
    ...hanging(page, '        ', exposureOf(finding)),
    ...inCommon(page, finding),
    ...hanging(page, '        ', `first: ${evidenceOf(finding.first)}`),
    ...hanging(page, '          ', circumstances(finding.first)),
  ];
}

const commonShownMax = 2;

function inCommon(page: Page, finding: Finding): string[] {
  const [first, ...more] = commonTexts(finding).slice(0, commonShownMax);
  if (first === undefined) return [];
  return [
    ...hanging(page, '        ', `What the exposed have in common: ${first}`),
    ...more.flatMap((text) => hanging(page, '          ', text)),
  ];
}

function circumstances(violation: Violation): string {
  const server = [violation.node ?? 'node unknown', violation.version ?? 'version unknown'].map((text) =>
    plain(text, 40),
  );
  const parts = [
    `${timeOfDay(violation.at)}, ${plain(violation.route, 120)} ${violation.status}`,
    server.join(' '),
    `fault open: ${faultsAt(violation)}`,
    `request ${plain(violation.requestId ?? 'id unknown', 60)}`,
    ...(violation.traceId === undefined ? [] : [`trace ${plain(violation.traceId, 60)}`]),
  ];
  return parts.join(', ');
}

function faults(page: Page, verdict: Verdict): string[] {
  const { colors } = page;
  return bounded(verdict.faults, linesShownMax, (fault) => {
    const lead = `  ${(fault.bit ? 'bit' : 'NO BITE').padEnd(9)}`;
    const healed = fault.healedAt === null ? ' (NOT HEALED)' : '';
    return hanging(page, lead, `${fault.kind}: ${fault.proof}${healed}`, fault.bit ? colors.green : colors.yellow);
  });
}

function coverage(page: Page, verdict: Verdict): string[] {
  const { rows, notTested, skippedSteps } = verdict.coverage;
  const short = rows.filter(isShort);
  return [
    ...kindsOf(rows).map(([kind, members]) => coverageLine(kind, members)),
    ...bounded(short, linesShownMax, (row) =>
      hanging(
        page,
        '  SHORT    ',
        `${row.kind} ${row.name}: ${count(row.opportunities)} of the ${count(row.floor)} opportunities asked for`,
        page.colors.yellow,
      ),
    ),
    ...bounded(notTested, linesShownMax, (text) => hanging(page, '  not tested  ', text)),
    ...(skippedSteps > 0 ? [`  ${counted(skippedSteps, 'step')} left out`] : []),
  ];
}

function kindsOf(rows: readonly CoverageRow[]): [CoverageRow['kind'], CoverageRow[]][] {
  const kinds = Object.keys(coverageKinds) as CoverageRow['kind'][];
  return kinds
    .map((kind): [CoverageRow['kind'], CoverageRow[]] => [kind, rows.filter((row) => row.kind === kind)])
    .filter(([, members]) => members.length > 0);
}

/** One line for all windows, nodes, …: how many, and the thinnest of those that have a floor. */
function coverageLine(kind: CoverageRow['kind'], rows: readonly CoverageRow[]): string {
  const asked = rows.filter((row) => row.floor > 0);
  const thinnest = (asked.length > 0 ? asked : rows).reduce((a, b) => (b.opportunities < a.opportunities ? b : a));
  const figures = `${String(rows.length).padStart(3)}, least ${count(thinnest.opportunities).padStart(6)}`;
  const bound = thinnest.bound95 === null ? '' : `, leak rate < ${percentText(thinnest.bound95)}`;
  return `  ${coverageKinds[kind].padEnd(9)}${figures} (${plain(thinnest.name, 24)}${bound})`;
}

/** Which channels silence speaks for, and what browsers looked at. */
function looks(page: Page, { channels = [], browser, coverage }: Verdict): string[] {
  const { colors } = page;
  const judged = channels.flatMap(({ channel, judged: is, why }) =>
    hanging(
      page,
      `  ${(is ? 'judged' : 'not').padEnd(9)}`,
      `${channelTitles[channel]}: ${why}`,
      is ? colors.green : colors.yellow,
    ),
  );
  if (browser === undefined || browser === null) return judged;
  const rows = coverage.rows.filter(({ kind }) => kind === 'channel');
  const looked = rows.flatMap(({ name, operations, opportunities }) =>
    hanging(
      page,
      '  eyes     ',
      `${lookTitles[name] ?? name}: ${counted(operations, 'look')}, ${counted(opportunities, 'opportunity', 'opportunities')}`,
    ),
  );
  return [...judged, ...looked, ...hanging(page, '  by       ', plain(browser, 160))];
}

function alarm(page: Page, verdict: Verdict): string[] {
  const { colors } = page;
  if (verdict.alarm.tests.length === 0) return ['  did not run: nothing shows that a leak would have been noticed'];
  return bounded(verdict.alarm.tests, linesShownMax, (test) =>
    hanging(
      page,
      `  ${(test.rang ? 'rang' : 'SILENT').padEnd(9)}`,
      `${alarmTitle(test)}: ${test.detail}`,
      test.rang ? colors.green : colors.yellow,
    ),
  );
}

function run(page: Page, report: Report): string[] {
  const { verdict } = report;
  const bound = verdict.bound95 === null ? '' : `, leak rate < ${percentText(verdict.bound95)} in the worst window`;
  const first =
    verdict.firstSightingAfterMs === null ? '' : `, first sighting after ${duration(verdict.firstSightingAfterMs)}`;
  const figures = [
    `${counted(verdict.operations, 'operation')} (${counted(verdict.errors, 'error')}) in ${counted(verdict.sessions, 'session')}`,
    `${counted(verdict.opportunities, 'independent opportunity', 'independent opportunities')}${bound}${first}`,
  ];
  return [
    ...hanging(page, '  figures  ', figures.join('; ')),
    ...hanging(page, '  run      ', `${verdict.id}, ${verdict.target}, driver ${verdict.driver}, seed ${verdict.seed}`),
    ...hanging(
      page,
      '  when     ',
      `${dateAndTime(verdict.startedAt)}, ${duration(verdict.endedAt - verdict.startedAt)}`,
    ),
    ...hanging(page, '  files    ', folderOf(report)),
    ...hanging(page, '  repeat   ', report.repeat),
  ];
}
