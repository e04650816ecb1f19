// The history: everything that happened, append-only, one JSON line an event, whoever drove it. Version 1 of its schema.
// Times are milliseconds since the epoch, with a fraction where the clock has one.
import { z } from 'zod';
import { canaryKinds } from '../fixtures/domain.ts';
import { actionKinds } from './plan.ts';

const version = z.literal(1);
const epochMs = z.number().nonnegative();
const owner = z.number().int().nonnegative();

export const sightingSchema = z.object({
  run: z.number().int().nonnegative(),
  owner,
  kind: z.enum(canaryKinds),
  item: z.number().int().nonnegative(),
  /** `body`, or `header:<name>`; of a page in a browser, what it stood in: `text`, `attribute`, `pixels:<element>`, `cache-storage`, … */
  where: z.string(),
  /** Byte offset of the first one, in the decoded body or the header's value. */
  offset: z.number().int().nonnegative(),
  /** How it was written: `plain`, `base64`, … and through which containers, as in `gzip>plain`. */
  encoding: z.string(),
  count: z.number().int().positive(),
  /** Where on the page, for people. */
  place: z.string().optional(),
  /** Of another's code in pixels: the picture of that code and nothing else, a file in the run's folder. */
  evidence: z.string().optional(),
});
export type Sighting = z.infer<typeof sightingSchema>;

/** What a look at a browser goes by: the page itself, the pixels of its picture, and what the browser keeps. */
export const lookKinds = ['page', 'pixels', 'kept'] as const;
export type LookKind = (typeof lookKinds)[number];

/** One request and its answer. `status` 0: no answer came. With a `channel`, one look at a page instead, its address for a route. */
export const exchangeSchema = z.object({
  channel: z.enum(lookKinds).optional(),
  method: z.string(),
  route: z.string(),
  startedAt: epochMs,
  ms: z.number().nonnegative(),
  status: z.number().int().nonnegative(),
  node: z.string().optional(),
  version: z.string().optional(),
  requestId: z.string().optional(),
  /** Its `traceparent`: the trace it belonged to, and the span by which the deployment's own are its children. */
  traceId: z.string().length(32).optional(),
  spanId: z.string().length(16).optional(),
  /** The client connection, `<session>#<n>`. */
  connection: z.string(),
  bodyBytes: z.number().int().nonnegative(),
  bodySha256: z.string().optional(),
  /** The scan stopped early (limit reached) or the body was cut off: absence proves nothing. */
  partial: z.boolean().optional(),
  sightings: z.array(sightingSchema),
  /** What shared caches go by: the answer's own words, lower-cased names. */
  cacheHeaders: z.record(z.string(), z.string()).optional(),
  /** Credentials the request carried. `header`: in one of the product's own, which no cache between knows to be one. */
  credentials: z.enum(['none', 'cookie', 'authorization', 'header']),
  /** The names of those headers, lower-cased. */
  credentialHeaders: z.array(z.string()).optional(),
});
export type Exchange = z.infer<typeof exchangeSchema>;

export const operationSchema = z.object({
  v: version,
  t: z.literal('operation'),
  id: z.string(),
  session: z.string(),
  lane: z.number().int().nonnegative(),
  scenario: z.string(),
  /** A browser performed it, and looked at what came of it. */
  browser: z.literal(true).optional(),
  /** In whose name the session acts; null for a client that never signed in. */
  patient: owner.nullable(),
  /** Number of the clinician in whose name it acts; then `patient` is null. The two are counted apart. */
  clinician: owner.optional(),
  /** Alarm operations use another patient's credentials on purpose and are judged apart. */
  alarm: z.boolean().optional(),
  action: z.enum(actionKinds),
  item: z.number().int().nonnegative().optional(),
  /** Whose history was asked for, or who was given or lost a proxy right. */
  of: owner.optional(),
  /** The clinician to whose practice the patient moves. */
  toClinician: owner.optional(),
  page: z.enum(['json', 'html']).optional(),
  /** Under which name a link off this list was put on the board, for others to follow. */
  posts: z.string().optional(),
  /** Under which name the link that was followed stood on the board. */
  board: z.string().optional(),
  startedAt: epochMs,
  endedAt: epochMs,
  outcome: z.enum(['ok', 'refused', 'failed', 'aborted', 'timeout', 'connection-error', 'adapter-error']),
  detail: z.string().optional(),
  /** The barrier that released it. */
  barrier: z.string().optional(),
  /** The operation before it in this session was cut off by the client. */
  afterAbort: z.boolean().optional(),
  /** State of this session's credentials when it began. */
  signedIn: z.enum(['never', 'yes', 'ended']),
  listedIds: z.array(z.string()).optional(),
  createdIds: z.array(z.string()).optional(),
  complete: z.boolean().optional(),
  /** `name=keyed hash` of the session cookies and tokens that its answers issued; of what the adapter told of, the name is `token`. */
  sessionValues: z.array(z.string()).optional(),
  exchanges: z.array(exchangeSchema),
});
export type Operation = z.infer<typeof operationSchema>;

export const runLineSchema = z.object({
  v: version,
  t: z.literal('run'),
  id: z.string(),
  run: z.number().int().nonnegative(),
  seed: z.string(),
  driver: z.enum(['node', 'k6']),
  target: z.string(),
  /** The accounts were there before the run, and are always the same patients'. */
  leased: z.boolean().optional(),
  startedAt: epochMs,
});

/** Patients that exist on the target, and which consultations each was given. */
export const enrolledLineSchema = z.object({
  v: version,
  t: z.literal('enrolled'),
  patient: owner,
  items: z.array(z.number().int().nonnegative()),
  /** Who treats them, and whose those consultations are. */
  clinician: owner.optional(),
  /** Reserved for the alarm test: never leased to a session of the load. */
  alarm: z.boolean().optional(),
});

export const erasedLineSchema = z.object({ v: version, t: z.literal('erased'), patient: owner, at: epochMs });

export const phaseLineSchema = z.object({
  v: version,
  t: z.literal('phase'),
  phase: z.enum(['seed', 'alarm-before', 'load', 'alarm-after', 'unseed']),
  event: z.enum(['began', 'ended']),
  at: epochMs,
  /** Why it was ended before its time: interrupted, stopped on a leak. */
  cutShort: z.string().optional(),
  /** It could not be carried out: what went wrong. */
  failed: z.string().optional(),
});

export const faultLineSchema = z.object({
  v: version,
  t: z.literal('fault'),
  id: z.string(),
  kind: z.string(),
  event: z.enum(['injected', 'proved', 'not-proved', 'healed', 'failed']),
  at: epochMs,
  /** A probe that breaks what no deployment need withstand: what it shows is reported apart and is no leak of the deployment. */
  hostile: z.boolean().optional(),
  /** While it is open next to nothing can be served, so next to nothing can leak. */
  outage: z.boolean().optional(),
  /** What was measured that shows it bit (or did not), or what went wrong. */
  proof: z.string().optional(),
});

/** The browser that was to look, or why there is none. */
export const browserLineSchema = z.object({
  v: version,
  t: z.literal('browser'),
  /** As in `Chromium 141.0 (the system's, /usr/bin/chromium)`; null: none, and `problem` says why and what to do. */
  name: z.string().nullable(),
  problem: z.string().optional(),
});

/** What a driver left undone. */
export const skippedLineSchema = z.object({
  v: version,
  t: z.literal('skipped'),
  session: z.string(),
  scenario: z.string(),
  steps: z.number().int().positive(),
  why: z.string(),
});

export const lineSchema = z.discriminatedUnion('t', [
  runLineSchema,
  enrolledLineSchema,
  erasedLineSchema,
  phaseLineSchema,
  faultLineSchema,
  browserLineSchema,
  skippedLineSchema,
  operationSchema,
]);
export type HistoryLine = z.infer<typeof lineSchema>;
export type FaultLine = z.infer<typeof faultLineSchema>;
