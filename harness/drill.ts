// A drill: what is tested, by whom, how hard, and what is broken meanwhile. Written by people in `crosstalk.config.ts`,
// checked here; everything has a default but the target.
import { z } from 'zod';
import { seedOf } from '../fixtures/random.ts';
import { addressPattern, type Connection, namePattern } from './drivers/connect-to.ts';
import { faultNamed } from './faults/index.ts';
import { thinkMsWithin } from './pace.ts';
import { type PlannedFault, type Scenario, troupeLanes } from './plan.ts';
import type { PlanInput } from './planner.ts';
import { environmentVariable } from './systems/environment.ts';
import { systemsSchema } from './systems/index.ts';
import type { RateLimit } from './targets/target.ts';

const ms = z.number().int().positive();

/** Long enough for every fault of the reference clinic to be open and over, one after another. */
export const defaultDurationMs = 95_000;

/** Addresses are written to the run's folder and shown; a user and password in one would be, too. */
export const address = z.url({ protocol: /^https?$/ }).refine((url) => !/^\w+:\/\/[^/?#]*@/.test(url), {
  error: 'must hold no user and password; give the secret by adminSecretFile or adminSecretEnv',
});

const nameOfHost = z.string().regex(namePattern, 'must be a name in small letters, with or without a port');
const addressOfHost = z
  .string()
  .regex(
    addressPattern,
    'must be an IP address, with or without a port (IPv6 in brackets): a name would be looked up again',
  );

export const targetSchema = z.strictObject({
  /** A ready adapter (`clinic`), or the path of a module that exports `target` (and, for faults, `levers`). */
  adapter: z.string().min(1).default('clinic'),
  url: address,
  /**
   * Names that are connected to at an address of one's choice, such as that of one proxy: `{ 'staging.example.org': '127.0.0.1:8443' }`.
   * All but the connection stays the name's: `Host`, the name in TLS, the certificate, cookies, links.
   */
  connectTo: z.record(nameOfHost, addressOfHost).optional(),
  /** Where the administrator's calls go: enrolment and levers. */
  adminUrl: address.optional(),
  /** Name of the environment variable that holds the administrator's secret; the secret itself is never written anywhere. */
  adminSecretEnv: environmentVariable.default('CROSSTALK_CLINIC_ADMIN_SECRET'),
  /** Or a file that holds it, which nobody but its owner may read. Wins over the environment. */
  adminSecretFile: z.string().min(1).optional(),
  /** Accounts that exist already, as CSV with a header: a file that only its owner may read. */
  accounts: z.string().min(1).optional(),
  /** Or the environment variable that holds the same. */
  accountsEnv: environmentVariable.optional(),
});

/** How clients reach the target. `origin`: another surface of it; `traceRun`: the run to which their requests belong, if that is to be told. */
export function connectionOf(
  { target, allowHosts, tracing }: Drill,
  { origin = target.url, traceRun }: { readonly origin?: string; readonly traceRun?: string } = {},
): Connection {
  return {
    origin,
    allowedHosts: allowHosts,
    ...(target.connectTo && { connectTo: target.connectTo }),
    ...(tracing && traceRun !== undefined && { traceRun }),
  };
}

/** Whether its patients are leased accounts that exist already. */
export const isLeased = ({ accounts, accountsEnv }: Drill['target']): boolean =>
  accounts !== undefined || accountsEnv !== undefined;

export const faultPlanSchema = z.strictObject({
  kind: z.string().min(1),
  atMs: z.number().int().nonnegative(),
  forMs: ms.max(600_000),
  /** Hardly anybody is served while it is open, so that its window is asked for attempts and not for opportunities. */
  outage: z.literal(true).optional(),
});

export const floorSchema = z.strictObject({
  opportunitiesPerWindow: z.number().int().positive().default(20),
  opportunitiesPerNode: z.number().int().positive().default(100),
  opportunitiesPerVersion: z.number().int().positive().default(50),
  /** For looking at a list and for playing a recording. */
  opportunitiesPerAction: z.number().int().positive().default(20),
  /** For what browsers show and what its pixels say, where browsers take part. */
  opportunitiesPerChannel: z.number().int().positive().default(10),
});

export const drillSchema = z.strictObject({
  target: targetSchema,
  /** Hosts the harness may speak to. Any that is not loopback needs `--i-own HOST` besides. */
  allowHosts: z.array(z.string().min(1)).default(['127.0.0.1', 'localhost', '[::1]']),
  seed: z
    .union([z.string().min(1), z.number().int()])
    .transform(String)
    .default('1'),
  driver: z.enum(['node', 'k6']).default('node'),
  durationMs: ms.max(86_400_000).default(defaultDurationMs),
  /** Sessions at the same time; rounded up to a multiple of four. */
  sessions: z.number().int().min(1).max(10_000).default(48),
  /** Patients at real browsers beside the sessions, rounded up to a multiple of four; 0: none, and nothing is looked at. */
  browser: z.number().int().min(0).max(32).default(0),
  /** Mean pause between two steps of a session; by default it grows with the sessions, so that the rate stays. */
  thinkMs: ms.max(60_000).optional(),
  /** Weight of each scenario by name; those not named keep their own, 0 leaves one out. */
  scenarios: z.record(z.string(), z.number().int().nonnegative()).default({}),
  /** `default`: each of the target's faults once, spread over the drill; or an explicit schedule. */
  faults: z.union([z.literal('default'), z.array(faultPlanSchema).max(200)]).default('default'),
  /** Systems that the deployment stands on and that are yours to break, each with what may be done to it. */
  systems: systemsSchema.default({}),
  floor: floorSchema.prefault({}),
  /** Above this share of failed operations there is nothing left to judge. */
  errorRateMax: z.number().min(0).max(1).default(0.4),
  missingOwnRateMax: z.number().min(0).max(1).default(0.02),
  /** Headers that would let a shared cache keep a personal answer count as a leak, not as a warning. */
  strict: z.boolean().default(false),
  stopOnLeak: z.boolean().default(false),
  /** Ends the load and heals everything when, of the operations of the last `windowMs`, more failed or took longer. */
  stopWhen: z
    .strictObject({
      failedShareMax: z.number().min(0).max(1).optional(),
      p95MaxMs: ms.optional(),
      windowMs: ms.min(1_000).max(600_000).default(10_000),
    })
    .refine(({ failedShareMax, p95MaxMs }) => failedShareMax !== undefined || p95MaxMs !== undefined, {
      error: 'must say failedShareMax, p95MaxMs or both',
    })
    .optional(),
  /** Each request says to which operation it belongs (W3C `traceparent`) and to which run (`baggage`). */
  tracing: z.boolean().default(true),
  /** Address of a collector (OTLP over HTTP) that is sent the run's spans once it is over. */
  otlp: address.optional(),
  /** Folder that holds one folder for each run. */
  out: z.string().min(1).default('runs'),
});

/** As people write it. */
export type DrillInput = z.input<typeof drillSchema>;
/** With every default filled in. */
export type Drill = z.output<typeof drillSchema>;

export function defineDrill(drill: DrillInput): DrillInput {
  return drill;
}

/** What is wrong with the drill; `problems` has one line for each. */
export class DrillError extends Error {
  override name = 'DrillError';
}

export function resolveDrill(input: unknown, source: string): Drill {
  const result = drillSchema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue));
  throw new DrillError(
    `${source} is not a drill:\n${problems.join('\n')}\nSee the README, "The drill", for each field and an example.`,
  );
}

/** Of the forms that a field may have, the one that the input came nearest to is the one that was meant. */
function problemsOf(issue: z.core.$ZodIssue, before: readonly PropertyKey[] = []): string[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union') {
    const depth = (branch: readonly z.core.$ZodIssue[]): number =>
      Math.max(...branch.map((inner) => inner.path.length));
    const nearest = [...issue.errors].sort((one, other) => depth(other) - depth(one))[0] ?? [];
    if (nearest.length > 0) return nearest.flatMap((inner) => problemsOf(inner, path));
  }
  return [`  ${path.map(String).join('.') || '(the drill itself)'}: ${issue.message}`];
}

const leadMs = 3_000;
const tailMs = 2_500;
/** Of each fault's slot, what is left for healing and recovery. */
const quietShare = 0.4;

export type Schedule = (kinds: readonly string[], durationMs: number) => PlannedFault[];

/**
 * Each kind once, one after another, each with a share of the time by how long it takes, and a pause for recovery behind it. A
 * hostile probe comes last and is as short as it may be, for what happens after it begins says nothing of the deployment.
 */
export function defaultSchedule(kinds: readonly string[], durationMs: number): PlannedFault[] {
  const isProbe = (kind: string): boolean => faultNamed(kind).hostile === true;
  const inOrder = [...kinds.filter((kind) => !isProbe(kind)), ...kinds.filter(isProbe)];
  const sum = (some: readonly string[]): number => some.reduce((ms, kind) => ms + faultNamed(kind).defaultForMs, 0);
  const spanMs = Math.max(0, durationMs - leadMs - tailMs);
  const probesMs = Math.min(sum(kinds.filter(isProbe)), spanMs);
  const share = {
    probe: probesMs / Math.max(1, sum(kinds.filter(isProbe))),
    fault: (spanMs - probesMs) / Math.max(1, sum(kinds.filter((kind) => !isProbe(kind)))),
  };
  const slotMsOf = (kind: string): number =>
    faultNamed(kind).defaultForMs * (isProbe(kind) ? share.probe : share.fault);
  let atMs = leadMs + spanMs - inOrder.reduce((ms, kind) => ms + slotMsOf(kind), 0);
  return inOrder.map((kind, slot) => {
    const slotMs = slotMsOf(kind);
    const openShare = isProbe(kind) ? 1 : 1 - quietShare;
    const fault = {
      id: `f${slot + 1}-${kind}`,
      kind,
      atMs: Math.round(atMs),
      forMs: Math.max(1, Math.round(slotMs * openShare)),
    };
    atMs += slotMs;
    return fault;
  });
}

export function plannedFaults(
  drill: Drill,
  kinds: readonly string[],
  schedule: Schedule = defaultSchedule,
): PlannedFault[] {
  if (drill.faults === 'default') return schedule(kinds, drill.durationMs);
  return drill.faults.map(({ outage, ...fault }, number) => ({
    id: `f${number + 1}-${faultNamed(fault.kind).kind}`,
    ...fault,
    ...(outage && { outage }),
  }));
}

/** Pauses that keep two cores busy and not drowned, over all sessions together; k6 takes about twice as long for a step. */
const stepEveryMs = { node: 2.2, k6: 4.5 } as const;
/** What only browsers can see is played by few of them, so it is played often. */
const eyesFactor = 5;
/** Browsers want most of a core for themselves. */
const besideBrowsers = 3;
/** A person's pace, and what two cores can draw and look at. */
const browserThinkMs = { perLane: 350, least: 800 } as const;

export function planInput(
  drill: Drill,
  scenarios: readonly Scenario[],
  faults: readonly PlannedFault[],
  possible: Possible = anything,
  leased?: number,
  rateLimit?: RateLimit,
): PlanInput {
  const unknown = Object.keys(drill.scenarios).filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new DrillError(
      `no scenario is called ${unknown.join(', ')}; there are: ${scenarios.map((scenario) => scenario.name).join(', ')}`,
    );
  }
  const browserLanes = wholeTroupes(drill.browser);
  const lanes = leased === undefined ? wholeTroupes(drill.sessions) : leasedLanes(drill, leased, browserLanes);
  const stepMs = stepEveryMs[drill.driver] * (browserLanes > 0 ? besideBrowsers : 1);
  const weighed = (some: readonly Scenario[], eyesFactor = 1): PlanInput['mix'] =>
    some.map((scenario) => {
      const factor = scenario.eyes === true ? eyesFactor : 1;
      return { scenario, weight: factor * (drill.scenarios[scenario.name] ?? scenario.weight) };
    });
  return {
    seed: drill.seed,
    lanes,
    ...(leased !== undefined && { singles: true }),
    durationMs: drill.durationMs,
    thinkMs: drill.thinkMs ?? Math.max(60, Math.round(lanes * stepMs), thinkMsWithin(rateLimit, lanes)),
    mix: weighed(scenarios.filter(possible.byAnyone)),
    faults,
    ...(browserLanes > 0 && {
      browser: {
        lanes: browserLanes,
        thinkMs: drill.thinkMs ?? Math.max(browserThinkMs.least, browserLanes * browserThinkMs.perLane),
        mix: weighed(scenarios.filter(possible.inBrowsers), eyesFactor),
      },
    }),
  };
}

const wholeTroupes = (sessions: number): number => Math.ceil(sessions / troupeLanes) * troupeLanes;

/** As many sessions as there are accounts, and no more than are wanted; browsers take theirs from the end. */
function leasedLanes({ sessions }: Drill, leased: number, browserLanes: number): number {
  if (browserLanes === 0) return Math.min(sessions, leased);
  const lanes = Math.floor(Math.min(sessions, leased - browserLanes) / troupeLanes) * troupeLanes;
  if (lanes > 0) return lanes;
  throw new DrillError(
    `${leased} accounts are too few for ${browserLanes} browsers beside a load: at least ${browserLanes + troupeLanes} are needed. List more accounts, or leave the browsers out`,
  );
}

/** Which scenarios can be performed, by whom, on a target. */
export interface Possible {
  byAnyone(scenario: Scenario): boolean;
  inBrowsers(scenario: Scenario): boolean;
}

/** As far as is known without a target. */
const anything: Possible = { byAnyone: ({ eyes }) => eyes !== true, inBrowsers: () => true };

/** The 19 bits that tell this run's canaries from another's: new for each run, whatever the seed. */
export function runNumber(id: string): number {
  return seedOf(id, 'run') >>> 13;
}
