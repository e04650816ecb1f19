// Two runs set against each other: what leaks anew, what still does, what is gone, and what of the coverage was lost. "Gone" is said
// only where the later run looked hard enough at the same place to have seen it; otherwise it was not seen, which is not the same.
import { fingerprintOf, routeTemplateOf } from '../harness/fingerprint.ts';
import type { CoverageRow, Finding, RuleId, Verdict } from '../harness/verdict.ts';
import { type Loss, lossesOf } from './comparison-coverage.ts';
import { opportunitiesIn, ranOf, shortfall } from './comparison-rows.ts';
import { plain } from './text.ts';
import { isLeak } from './words.ts';

export interface Head {
  readonly id: string;
  readonly verdict: Verdict['verdict'];
  readonly target: string;
  readonly startedAt: number;
  readonly opportunities: number;
  readonly bound95: number | null;
}

export interface Seen {
  readonly fingerprint: string;
  readonly rule: RuleId;
  readonly route: string;
  readonly summary: string;
  /** False for a warning. */
  readonly leak: boolean;
}

export interface NotSeen extends Seen {
  /** Why its absence proves nothing. */
  readonly why: string;
}

/** What `crosstalk compare --json` prints. Version 1; other programs read it, so fields are added, never changed. */
export interface Comparison {
  readonly version: 1;
  /** 0: nothing new, no coverage lost. 1: a leak that the earlier run did not have. 2: coverage lost. */
  readonly exitCode: 0 | 1 | 2;
  readonly before: Head;
  readonly after: Head;
  readonly appeared: readonly Seen[];
  readonly stillThere: readonly Seen[];
  readonly gone: readonly Seen[];
  readonly notSeen: readonly NotSeen[];
  readonly coverageLost: readonly Loss[];
}

export function compare(before: Verdict, after: Verdict): Comparison {
  const earlier = byFingerprint(before);
  const later = byFingerprint(after);
  const [appeared, stillThere] = parted([...later], ([print]) => !earlier.has(print));
  const missing = [...earlier].filter(([print]) => !later.has(print));
  const judged = missing.map(([print, finding]) => ({
    seen: seenOf(print, finding, before),
    why: whyUnproved(finding, before, after),
  }));
  const coverageLost = lossesOf(before, after);
  const added = appeared.map(([print, finding]) => seenOf(print, finding, after));
  return {
    version: 1,
    exitCode: added.some(({ leak }) => leak) ? 1 : coverageLost.length > 0 ? 2 : 0,
    before: headOf(before),
    after: headOf(after),
    appeared: added,
    stillThere: stillThere.map(([print, finding]) => seenOf(print, finding, after)),
    gone: judged.flatMap(({ seen, why }) => (why === null ? [seen] : [])),
    notSeen: judged.flatMap(({ seen, why }) => (why === null ? [] : [{ ...seen, why }])),
    coverageLost,
  };
}

/** Routes that differ only by an id that a careless adapter left in them are one: the first, the most frequent, stands for all. */
function byFingerprint({ findings }: Verdict): Map<string, Finding> {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const print = fingerprintOf(finding);
    if (!found.has(print)) found.set(print, finding);
  }
  return found;
}

function parted<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

function seenOf(fingerprint: string, { rule, route, summary }: Finding, verdict: Verdict): Seen {
  return {
    fingerprint,
    rule,
    route: plain(routeTemplateOf(route), 200),
    summary: plain(summary, 1_000),
    leak: isLeak(rule, verdict),
  };
}

function headOf({ id, verdict, target, startedAt, opportunities, bound95 }: Verdict): Head {
  return { id: plain(id, 80), verdict, target: plain(target, 80), startedAt, opportunities, bound95 };
}

/** Null: the later run would have seen it, as far as the earlier one tells what that takes. */
function whyUnproved({ rule, first }: Finding, before: Verdict, after: Verdict): string | null {
  if (!ranOf(after)) return 'the later run could not be carried out';
  if (!after.alarm.passed) return 'the alarm of the later run did not ring';
  const untested = after.coverage.notTested.find(
    (line) => line.startsWith(`scenario ${first.scenario}:`) || line.startsWith(`action ${first.action}:`),
  );
  if (untested !== undefined) return plain(untested, 300);
  const newlyUntested = after.coverage.notTested.find(
    (line) => line.startsWith(`rule ${rule}:`) && !before.coverage.notTested.includes(line),
  );
  if (newlyUntested !== undefined) return plain(newlyUntested, 300);
  const kinds = new Map(before.faults.map(({ id, kind }) => [id, kind]));
  const places: readonly (readonly [CoverageRow['kind'], string])[] = [
    ['action', first.action],
    ['window', kinds.get(first.window) ?? first.window],
    ...(first.channel === undefined ? [] : [['channel', first.channel] as const]),
  ];
  for (const [kind, name] of places) {
    const why = shortfall(opportunitiesIn(before, kind, name), opportunitiesIn(after, kind, name), after);
    if (why !== null) return `${kind} ${plain(name, 80)}: ${why}`;
  }
  return null;
}
