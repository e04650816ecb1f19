// What a run no longer covers that an earlier one did: a release may be no better, only looked at less.
import type { CoverageRow, Verdict } from '../harness/verdict.ts';
import { opportunitiesIn, placeOf } from './comparison-rows.ts';
import { count, counted, listed, plain } from './text.ts';
import { channelTitles, coverageKinds, isShort } from './words.ts';

export interface Loss {
  readonly kind: CoverageRow['kind'] | 'verdict' | 'alarm' | 'not-tested';
  readonly name: string;
  /** What there was and what there is. */
  readonly detail: string;
}

export function lossesOf(before: Verdict, after: Verdict): Loss[] {
  const losses = [
    ...verdictLoss(before, after),
    ...(['window', 'action', 'channel'] as const).flatMap((kind) => byName(kind, before, after)),
    // Machines and releases change their names from run to run: what counts is how many there were.
    ...(['node', 'version'] as const).flatMap((kind) => byNumber(kind, before, after)),
    ...channelLosses(before, after),
    ...notTestedLosses(before, after),
  ];
  return losses.map(({ kind, name, detail }) => ({ kind, name: plain(name, 120), detail: plain(detail, 300) }));
}

const couldJudge = ({ verdict }: Verdict): boolean => verdict === 'PASS' || verdict === 'LEAK';

function verdictLoss(before: Verdict, after: Verdict): Loss[] {
  return [
    ...(couldJudge(before) && !couldJudge(after)
      ? [{ kind: 'verdict' as const, name: after.verdict, detail: after.reasons[0] ?? after.meaning }]
      : []),
    ...(before.alarm.passed && !after.alarm.passed
      ? [{ kind: 'alarm' as const, name: 'alarm test', detail: 'it rang before, and does not now' }]
      : []),
  ];
}

const isCovered = (row: CoverageRow): boolean => row.opportunities > 0 && !isShort(row);

function coveredNames(verdict: Verdict, kind: CoverageRow['kind']): string[] {
  const rows = verdict.coverage.rows.filter((row) => row.kind === kind && isCovered(row));
  return [...new Set(rows.flatMap((row) => placeOf(verdict, row) ?? []))];
}

function byName(kind: CoverageRow['kind'], before: Verdict, after: Verdict): Loss[] {
  const now = new Set(coveredNames(after, kind));
  return coveredNames(before, kind)
    .filter((name) => !now.has(name))
    .map((name) => {
      const [had, has] = [before, after].map((run) => opportunitiesIn(run, kind, name)?.opportunities ?? 0);
      return { kind, name, detail: `${counted(has ?? 0, 'opportunity', 'opportunities')}, ${count(had ?? 0)} before` };
    });
}

function byNumber(kind: 'node' | 'version', before: Verdict, after: Verdict): Loss[] {
  const [had, has] = [coveredNames(before, kind), coveredNames(after, kind)];
  if (has.length >= had.length) return [];
  const missing = had.filter((name) => !has.includes(name));
  const detail = `${coverageKinds[kind].toLowerCase()}: ${has.length}, ${had.length} before`;
  return [{ kind, name: listed(missing, 'unnamed'), detail }];
}

/** Where silence meant something, and does not any more. */
function channelLosses(before: Verdict, after: Verdict): Loss[] {
  const judged = ({ channels = [] }: Verdict): Set<string> =>
    new Set(channels.filter((each) => each.judged).map(({ channel }) => channel));
  const now = judged(after);
  return [...judged(before)]
    .filter((channel) => !now.has(channel))
    .map((channel) => ({
      kind: 'channel',
      name: channel,
      detail: `${channelTitles[channel as keyof typeof channelTitles]}: judged before, not now`,
    }));
}

/** By what stands before the colon (`scenario cross-the-deploy`): the reasons may be worded anew. */
function notTestedLosses(before: Verdict, after: Verdict): Loss[] {
  const subject = (line: string): string => line.split(':', 1)[0] ?? line;
  const known = new Set(before.coverage.notTested.map(subject));
  return after.coverage.notTested
    .filter((line) => !known.has(subject(line)))
    .map((line) => ({ kind: 'not-tested', name: subject(line), detail: line.slice(subject(line).length + 1).trim() }));
}
