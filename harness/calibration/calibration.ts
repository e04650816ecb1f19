// What `calibration.json` holds: every trial of a calibration, and what they come to. Version 2; other programs read it, so
// fields are added, never changed.
import { z } from 'zod';
import { ruleIds } from '../verdict.ts';

export const topologies = ['embedded', 'real'] as const;
export type Topology = (typeof topologies)[number];

/** `tuned`: a short drill for each bug, with its trigger and without. `default`: the drill of `npm start` for each. */
export const modes = ['tuned', 'default'] as const;
export type Mode = (typeof modes)[number];

const ruleId = z.enum(ruleIds);
const count = z.number().int().nonnegative();

/** The first violation that makes the run a LEAK, by time. */
export const sightingSchema = z.object({
  rule: ruleId,
  route: z.string(),
  scenario: z.string(),
  action: z.string(),
  faultsOpen: z.array(z.string()),
  /** Faults healed in the seconds before; absent when none had been. */
  healedBefore: z.array(z.string()).optional(),
  /** A fault's id, `recovery`, or `steady`. */
  window: z.string(),
  node: z.string().nullable(),
  version: z.string().nullable(),
  /** Into the load. */
  afterMs: z.number(),
  /** Operations that had ended by then, this one included. */
  afterOperations: count,
});
export type Sighting = z.infer<typeof sightingSchema>;

/** The oracle set against the clinic's own access log (see `agreement.ts`). */
export const logSchema = z.object({
  /** Answers compared. */
  answers: count,
  /** Of them, how many held another's things, counted for each owner and for listed and viewed apart. */
  foreign: count,
  missed: count,
  invented: count,
  /** Findings whose listed or viewed count is not the number of things that went out. */
  miscounted: count,
});
export type LogFigures = z.infer<typeof logSchema>;

export const trialSchema = z.object({
  /** `trigger` and `default` must find the bug, `no-trigger` must not, `correct` (a clinic without any bug) must find nothing. */
  kind: z.enum(['trigger', 'no-trigger', 'correct', 'default']),
  topology: z.enum(topologies),
  /** Null for the correct clinic. */
  bug: z.string().nullable(),
  /** The drill in words, as in `every fault, one after another`. */
  drill: z.string(),
  seed: z.string(),
  /** Digest of everything that shapes the trial, the program included: two trials of one key are the same trial. */
  key: z.string(),
  /** The rules by which the bug must be found; empty: any that makes a LEAK. */
  rings: z.array(ruleId),
  verdict: z.enum(['PASS', 'LEAK', 'INCONCLUSIVE', 'ERROR']),
  /** Why it is no PASS; for a trial that could not be carried out, the error. */
  reasons: z.array(z.string()),
  /** Rules of all findings, warnings included, the gravest first. */
  rules: z.array(ruleId),
  findings: count,
  first: sightingSchema.nullable(),
  operations: count,
  opportunities: count,
  /** Null where the clinic keeps no log (real topology), or the trial broke down. */
  log: logSchema.nullable(),
  /** Why its silence would say nothing, as in `cache-flush did not bite`; null (or absent) where silence counts. */
  idle: z.string().nullish(),
  /** From its first patient to its verdict. */
  tookMs: z.number(),
  /** Folder of the run within the calibration's; null when none was made. */
  run: z.string().nullable(),
});
export type Trial = z.infer<typeof trialSchema>;

export const bugRowSchema = z.object({
  bug: z.string(),
  topology: z.enum(topologies),
  incident: z.string(),
  link: z.url({ protocol: /^https?$/ }).nullable(),
  trials: count,
  found: count,
  /** Of the trials that found it, the commonest; null when none did. */
  rule: ruleId.nullable(),
  scenario: z.string().nullable(),
  fault: z.string().nullable(),
  /** Every rule that rang in any of them. */
  rules: z.array(ruleId),
  medianAfterMs: z.number().nullable(),
  medianAfterOperations: z.number().nullable(),
  /** The drill that lacks the trigger, and how often the bug was found all the same. Null: there is none for this bug. */
  without: z.object({ lacks: z.string(), trials: count, found: count }).nullable(),
});
export type BugRow = z.infer<typeof bugRowSchema>;

export const correctRowSchema = z.object({
  drill: z.string(),
  topology: z.enum(topologies),
  trials: count,
  passed: count,
  falseAlarms: count,
  operations: count,
  opportunities: count,
});
export type CorrectRow = z.infer<typeof correctRowSchema>;

export const summarySchema = z.object({
  bugs: z.array(bugRowSchema),
  correct: z.array(correctRowSchema),
  /** Bugs found by every one of their trials, of all that were tried, in percent; null when none was tried. */
  scorePercent: z.number().nullable(),
  bugsFound: count,
  bugsTried: count,
  /** Trials that found a bug whose trigger was not there. */
  foundWithoutTrigger: count,
  withoutTrigger: count,
  /** Findings of any rule, warnings included, on the correct clinic. */
  falseAlarms: count,
  correctOperations: count,
  /** Of all trials together; null when none was compared. */
  log: logSchema.nullable(),
  /** Trials that prove nothing: they broke down, or the correct clinic's drill was inconclusive. */
  undecided: z.array(z.string()),
});
export type Summary = z.infer<typeof summarySchema>;

export const calibrationSchema = z.object({
  version: z.literal(2),
  mode: z.enum(modes),
  release: z.string(),
  /** Digest of the program's sources. */
  sources: z.string(),
  driver: z.enum(['node', 'k6']),
  thresholdPercent: z.number(),
  startedAt: z.number(),
  endedAt: z.number(),
  /** Whether every trial that was asked for has been made. */
  complete: z.boolean(),
  trials: z.array(trialSchema),
  summary: summarySchema,
});
export type Calibration = z.infer<typeof calibrationSchema>;
