// What the page of many runs is told about each: a few figures of its verdict, or why there is none.

import type { Outcome, Verdict } from '../harness/verdict.ts';
import { isLeak, isShort } from './words.ts';

export interface JudgedRun {
  readonly kind: 'judged';
  /** Name of its folder. */
  readonly name: string;
  readonly verdict: Outcome;
  readonly meaning: string;
  readonly target: string;
  readonly driver: string;
  readonly seed: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly operations: number;
  readonly opportunities: number;
  readonly bound95: number | null;
  readonly leaks: number;
  readonly warnings: number;
  /** Of the windows, nodes, … that the drill asks something of: how many had it. */
  readonly covered: number;
  readonly asked: number;
}

export interface UnjudgedRun {
  readonly kind: 'damaged' | 'no-verdict';
  readonly name: string;
  readonly why: string;
}

export type RunEntry = (JudgedRun | UnjudgedRun) & {
  /** Files that may be asked for. */
  readonly files: readonly string[];
};

export interface ScoreEntry {
  /** Of the file, such as `calibration.json`. */
  readonly name: string;
  readonly scorePercent: number | null;
  readonly bugsFound: number;
  readonly bugsTried: number;
  readonly falseAlarms: number;
  readonly endedAt: number;
  readonly complete: boolean;
  readonly page: string | null;
}

export interface RunSite {
  readonly folder: string;
  /** Newest first. */
  readonly runs: readonly RunEntry[];
  /** Older ones that are not listed. */
  readonly runsLeftOut: number;
  readonly scores: readonly ScoreEntry[];
}

export function judgedRun(name: string, verdict: Verdict): JudgedRun {
  const asked = verdict.coverage.rows.filter(({ floor }) => floor > 0);
  const leaks = verdict.findings.filter(({ rule }) => isLeak(rule, verdict)).length;
  const { meaning, target, driver, seed, startedAt, operations, opportunities, bound95 } = verdict;
  return {
    kind: 'judged',
    name,
    verdict: verdict.verdict,
    meaning,
    target,
    driver,
    seed,
    startedAt,
    durationMs: verdict.endedAt - startedAt,
    operations,
    opportunities,
    bound95,
    leaks,
    warnings: verdict.findings.length - leaks,
    covered: asked.filter((row) => !isShort(row)).length,
    asked: asked.length,
  };
}
