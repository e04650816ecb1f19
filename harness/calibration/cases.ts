// For each bug the shortest drill that has its trigger, and the nearest one that lacks just that. Data only: the first must find
// the bug, the second must not, or it was luck. A bug that is not listed is tried with the drill of `npm start`.
// A scenario's name may be followed by what is taken out of it (`cancel-and-look-next:no-abort`, see `variants.ts`).
import type { DrillInput } from '../drill.ts';
import type { RuleId } from '../verdict.ts';

export interface TunedDrill {
  readonly scenarios: readonly [string, ...string[]];
  readonly faults?: readonly { readonly kind: string; readonly atMs: number; readonly forMs: number }[];
  readonly durationMs?: number;
  readonly sessions?: number;
  readonly thinkMs?: number;
  readonly nodes?: number;
}

export interface KnownCase {
  readonly bug: string;
  /** Rules of which at least one must ring. */
  readonly rings: readonly RuleId[];
  readonly trigger: TunedDrill;
  /** What `without` lacks, as in `nobody hangs up`. */
  readonly lacks: string;
  readonly without: TunedDrill;
  /** It breaks something in the instances that outlives their patients: they are started anew between two trials. */
  readonly restart?: boolean;
}

export const tunedDefaults = { durationMs: 5_000, sessions: 4, nodes: 2 } as const;

const slowCache = [{ kind: 'cache-slow', atMs: 200, forMs: 4_000 }] as const;

/** Two numbers must meet, of some patient and of some account, so it takes a crowd. */
const whileRolling = { scenarios: ['cross-the-deploy'], sessions: 24, thinkMs: 80, durationMs: 7_000 } as const;

export const cases: readonly KnownCase[] = [
  {
    bug: 'cache-key-lacks-owner',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['same-instant'] },
    lacks: 'the cache is down',
    without: { scenarios: ['same-instant'], faults: [{ kind: 'cache-down', atMs: 0, forMs: 4_800 }] },
  },
  {
    bug: 'request-collapsing',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap'],
    trigger: { scenarios: ['same-instant'] },
    lacks: 'one after another',
    without: { scenarios: ['same-instant:in-turn'] },
  },
  {
    bug: 'pool-desync',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap'],
    trigger: { scenarios: ['cancel-and-look-next'], faults: slowCache },
    lacks: 'nobody hangs up',
    without: { scenarios: ['cancel-and-look-next:no-abort'], faults: slowCache },
    restart: true,
  },
  {
    bug: 'shared-request-context',
    rings: ['foreign-listing', 'foreign-identity', 'session-swap', 'misattributed-write'],
    trigger: { scenarios: ['same-instant'], nodes: 1 },
    lacks: 'one after another',
    without: { scenarios: ['same-instant:in-turn'], nodes: 1 },
  },
  {
    bug: 'mixed-key-format',
    rings: ['foreign-listing'],
    trigger: { ...whileRolling, faults: [{ kind: 'deploy-upgrade', atMs: 300, forMs: 4_000 }] },
    lacks: 'the same version again',
    without: { ...whileRolling, faults: [{ kind: 'deploy-restart', atMs: 300, forMs: 4_000 }] },
  },
  {
    bug: 'fail-open-filter',
    rings: ['foreign-listing'],
    trigger: { scenarios: ['first-visit'] },
    lacks: 'nobody without a consultation',
    without: { scenarios: ['book-while-rewatching'] },
  },
  {
    bug: 'call-switch',
    rings: ['foreign-listing', 'foreign-recording'],
    trigger: { scenarios: ['switch-the-call'] },
    lacks: 'no call is switched',
    without: { scenarios: ['switch-the-call:no-switch-call'] },
  },
];

/** Short drills look little, and some windows are short: one look shows that there was something to see. */
export const leastFloor = {
  opportunitiesPerWindow: 1,
  opportunitiesPerNode: 1,
  opportunitiesPerVersion: 1,
  opportunitiesPerAction: 1,
} as const;

export const caseOf = (bug: string): KnownCase | undefined => cases.find((each) => each.bug === bug);

/** Every scenario that some case names, as it names it. */
export const namedScenarios = (): readonly string[] => [
  ...new Set(cases.flatMap(({ trigger, without }) => [...trigger.scenarios, ...without.scenarios])),
];

/** A tuned drill as people would write it, but for its target and seed. `all` is every scenario there is, to leave out the others. */
export function tunedInput(drill: TunedDrill, all: readonly string[]): Omit<DrillInput, 'target'> {
  const { scenarios, faults = [], durationMs = tunedDefaults.durationMs, sessions = tunedDefaults.sessions } = drill;
  const weights = all.map((name) => [name, scenarios.includes(name) ? 1 : 0] as const);
  return {
    durationMs,
    sessions,
    ...(drill.thinkMs !== undefined && { thinkMs: drill.thinkMs }),
    scenarios: Object.fromEntries(weights),
    faults: faults.map((fault) => ({ ...fault })),
    floor: leastFloor,
    stopOnLeak: true,
  };
}
