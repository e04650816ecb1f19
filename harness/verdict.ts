// The verdict, as data: what `verdict.json` holds. Version 1; other programs read it, so fields are added, never changed.
import { z } from 'zod';
import { lookKinds } from './history.ts';

export const exitCodes = { PASS: 0, LEAK: 1, INCONCLUSIVE: 2, ERROR: 3 } as const;
export type Outcome = keyof typeof exitCodes;

/** In order of gravity, the gravest first. */
export const ruleIds = [
  'foreign-recording',
  'session-swap',
  'foreign-listing',
  'foreign-identity',
  'anonymous',
  'afterlife',
  'misattributed-write',
  'latent',
  'missing-own',
] as const;
export type RuleId = (typeof ruleIds)[number];

/** Headers as `name: value`; `cacheControl` is null where there was none; of credentials only the headers' names. */
export const sharedCacheSchema = z.object({
  shownBy: z.array(z.string()),
  cacheControl: z.string().nullable(),
  credentials: z.array(z.string()),
});
export type SharedCache = z.infer<typeof sharedCacheSchema>;

/** The evidence of one violation: who saw whose what, when, through which request. */
export const violationSchema = z.object({
  rule: z.enum(ruleIds),
  /** Patient index; null for a clinician, and for a client without a session. */
  viewer: z.number().int().nullable(),
  /** Number of the clinician who saw it; absent where it was none. */
  viewerClinician: z.number().int().optional(),
  owner: z.number().int(),
  /** Kind and number of the item seen, as in `recording 5`. */
  item: z.string(),
  /** listed: it stood on a list or page; viewed: its bytes were delivered. */
  reach: z.enum(['listed', 'viewed']),
  operation: z.string(),
  session: z.string(),
  scenario: z.string(),
  action: z.string(),
  route: z.string(),
  status: z.number().int(),
  at: z.number(),
  node: z.string().nullable(),
  version: z.string().nullable(),
  requestId: z.string().nullable(),
  /** W3C Trace Context: by it the deployment's own tracing shows what happened. Absent: the request belonged to no trace. */
  traceId: z.string().optional(),
  /** Kinds of the faults open then; empty when none was. */
  faultsOpen: z.array(z.string()),
  /** Kinds of the faults that had been healed in the seconds before; absent when none had. */
  healedBefore: z.array(z.string()).optional(),
  /** The window it fell into: a fault's id, `recovery`, or `steady`. */
  window: z.string(),
  where: z.string(),
  encoding: z.string(),
  afterAbort: z.boolean(),
  barrier: z.string().nullable(),
  /** Seen by a look at a browser: what it went by. Absent: in an answer. */
  channel: z.enum(lookKinds).optional(),
  /** The picture of the code that was seen: a file in the run's folder. */
  evidence: z.string().optional(),
  /** The answer says that it came out of a shared cache: by which headers, and what let the cache keep it. Absent: it says no such thing. */
  sharedCache: sharedCacheSchema.optional(),
  /** It was read under an address of which the target declares that whoever holds it may read; but it had not been given by right. */
  byAddress: z.literal(true).optional(),
});
export type Violation = z.infer<typeof violationSchema>;

/** One trait that sets those who were exposed apart from those who might have been and were not. */
export const commonTraitSchema = z.object({
  of: z.enum(['request', 'owner', 'viewer']),
  /** Said of them, as in `had switched a call within the hour before`. */
  trait: z.string(),
  exposedWith: z.number().int(),
  exposed: z.number().int(),
  othersWith: z.number().int(),
  others: z.number().int(),
  /** Risk with the trait over risk without; null: without it nobody was exposed. */
  lift: z.number().nullable(),
  /** Lower end of the lift's 95 % interval. */
  liftAtLeast: z.number(),
  /** Fisher's exact test, two-sided; and as corrected for having tried many traits: from 0.05 on it is a hint that may be chance. */
  p: z.number(),
  pAdjusted: z.number(),
  /** Traits that the same ones have because they have this one. */
  implied: z.array(z.string()).optional(),
});
export type CommonTrait = z.infer<typeof commonTraitSchema>;

const comparedSchema = z.object({ exposed: z.number().int(), others: z.number().int() });

/** What the exposed of one finding have in common. Without rows nothing sets them apart, or they are too few. */
export const commonalitySchema = z.object({
  traitsTried: z.number().int(),
  correction: z.literal('Holm'),
  /** Requests that hang together (one connection, one barrier) are counted once. */
  compared: z.object({ requests: comparedSchema, owners: comparedSchema, viewers: comparedSchema }),
  /** The strongest first; where none is sure, two hints at most. */
  rows: z.array(commonTraitSchema),
});
export type Commonality = z.infer<typeof commonalitySchema>;

export const findingSchema = z.object({
  rule: z.enum(ruleIds),
  route: z.string(),
  /** One sentence a person can read. */
  summary: z.string(),
  /** Why it happened, where the answers themselves tell. */
  cause: z.string().optional(),
  /** Distinct foreign things that stood on a list or page. */
  listed: z.number().int(),
  /** Distinct foreign recordings whose bytes were delivered. */
  viewed: z.number().int(),
  /** Distinct patients exposed, and distinct people (or anonymous sessions) they were exposed to. */
  owners: z.number().int(),
  viewers: z.number().int(),
  count: z.number().int(),
  nodes: z.array(z.string()),
  versions: z.array(z.string()),
  faultsOpen: z.array(z.string()),
  /** As in its violations; absent when none had been healed before any of them. */
  healedBefore: z.array(z.string()).optional(),
  first: violationSchema,
  /** At most `examplesMax` more. */
  examples: z.array(violationSchema),
  /** Absent for warnings, for what no request shows, and in verdicts of earlier versions. */
  common: commonalitySchema.optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What was read by those who had no right but the address, where the target declares that the address is the secret. */
export const declaredReportSchema = z.object({
  kind: z.literal('capability-url'),
  route: z.string(),
  answers: z.number().int(),
  /** Of the answers: to clients without a session, to other people, and to those whose session or right had ended. */
  withoutSession: z.number().int(),
  byOthers: z.number().int(),
  afterTheEnd: z.number().int(),
  things: z.number().int(),
  owners: z.number().int(),
  readers: z.number().int(),
});
export type DeclaredReport = z.infer<typeof declaredReportSchema>;

export const faultReportSchema = z.object({
  id: z.string(),
  kind: z.string(),
  openedAt: z.number().nullable(),
  healedAt: z.number().nullable(),
  bit: z.boolean(),
  proof: z.string(),
});

/** One part of the run that must earn its own pass: steady, a fault's window, a node, a version, an action kind, what a look goes by. */
export const coverageRowSchema = z.object({
  kind: z.enum(['window', 'node', 'version', 'action', 'channel']),
  name: z.string(),
  operations: z.number().int(),
  /** Operations that could have leaked. */
  opportunityOperations: z.number().int(),
  /** Independent chances among them: what hangs together counts once. */
  opportunities: z.number().int(),
  floor: z.number().int(),
  /** Upper bound of the leak rate per opportunity at 95 % confidence if none leaked; null without opportunities. */
  bound95: z.number().nullable(),
});
export type CoverageRow = z.infer<typeof coverageRowSchema>;

/** Lists and pages, the bytes of recordings, and what a browser shows. */
export const alarmChannels = ['list', 'bytes', 'pixels'] as const;

export const alarmReportSchema = z.object({
  phase: z.enum(['before', 'after']),
  channel: z.enum(alarmChannels),
  rang: z.boolean(),
  /** It was given what it asked for, whether or not the alarm rang. Absent in verdicts of earlier versions. */
  delivered: z.boolean().optional(),
  detail: z.string(),
});

/** Whether what it would have seen there may be concluded from: only where the alarm rang, before and after. */
export const channelReportSchema = z.object({
  channel: z.enum(alarmChannels),
  judged: z.boolean(),
  why: z.string(),
});
export type ChannelReport = z.infer<typeof channelReportSchema>;

export const verdictSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  verdict: z.enum(['PASS', 'LEAK', 'INCONCLUSIVE', 'ERROR']),
  exitCode: z.number().int(),
  /** What it means, in one sentence. */
  meaning: z.string(),
  /** Why it is not a PASS; for a PASS, empty. */
  reasons: z.array(z.string()),
  target: z.string(),
  seed: z.string(),
  driver: z.string(),
  startedAt: z.number(),
  endedAt: z.number(),
  sessions: z.number().int(),
  operations: z.number().int(),
  errors: z.number().int(),
  opportunities: z.number().int(),
  opportunityOperations: z.number().int(),
  /** The worst window's bound: with no leak seen, the rate is below this at 95 % confidence. */
  bound95: z.number().nullable(),
  worstWindow: z.string().nullable(),
  firstSightingAfterMs: z.number().nullable(),
  alarm: z.object({ passed: z.boolean(), tests: z.array(alarmReportSchema) }),
  /** Absent in verdicts of earlier versions. */
  channels: z.array(channelReportSchema).optional(),
  /** The browser that looked; null: it was wanted, and there was none. Absent: none was wanted. */
  browser: z.string().nullable().optional(),
  faults: z.array(faultReportSchema),
  findings: z.array(findingSchema),
  /** What a hostile probe showed (`cache-swap` and the like): reported apart, and without weight for the verdict. Absent without a probe. */
  hostileFindings: z.array(findingSchema).optional(),
  /** No leaks by what the target declares of itself. Absent where there was nothing of the kind. */
  declared: z.array(declaredReportSchema).optional(),
  coverage: z.object({
    rows: z.array(coverageRowSchema),
    notTested: z.array(z.string()),
    skippedSteps: z.number().int(),
  }),
  warnings: z.array(z.string()),
});
export type Verdict = z.infer<typeof verdictSchema>;
