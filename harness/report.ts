// What a report is made of: the finished verdict, the run's timeline, and the command that repeats it. Types only; every
// report is a pure function from this to text, so a format is one file and needs nothing of the machine that ran.
import type { RuleId, Verdict } from './verdict.ts';

/** What fell into one stretch of `bucketMs`, by the time the operation began. */
export interface TimelineBucket {
  readonly operations: number;
  /** Failed, timed out, connection lost, or not understood; refusals and our own aborts are part of the plan. */
  readonly errors: number;
  /** Answers with personal data while another patient was active too: close to the oracle's figure, but no part of its judgement. */
  readonly opportunities: number;
}

/** Times here and below are in milliseconds after `Timeline.startedAt`; `toMs` is null for what was never seen to end. */
export interface TimelinePhase {
  readonly phase: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly cutShort: string | null;
}

export interface FaultWindow {
  readonly id: string;
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly bit: boolean;
}

/** Violations of one rule in one bucket. */
export interface ViolationMark {
  readonly rule: RuleId;
  readonly atMs: number;
  readonly count: number;
}

export interface Timeline {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly bucketMs: number;
  /** Without gaps, from `startedAt` on. */
  readonly buckets: readonly TimelineBucket[];
  readonly phases: readonly TimelinePhase[];
  readonly faults: readonly FaultWindow[];
  /** The violations that the verdict keeps as evidence, earliest first. */
  readonly marks: readonly ViolationMark[];
  readonly marksLeftOut: number;
}

/** The adapter's file, from the root of the repository, and the line on which each of its functions begins. */
export interface AdapterPlace {
  readonly file: string;
  readonly lines: Readonly<Record<string, number>>;
}

export interface Report {
  readonly verdict: Verdict;
  readonly timeline: Timeline;
  /** The one command that repeats the run. */
  readonly repeat: string;
  /** Pictures that violations name as evidence, base64 of PNGs by file. */
  readonly pictures?: Readonly<Record<string, string>>;
  /** Where the run's files are; `runs/<id>` when left out. */
  readonly folder?: string;
  /** What speaks to the target, for pages that pin a finding to a file of the repository; `crosstalk.config.ts` when left out. */
  readonly adapter?: AdapterPlace;
}
