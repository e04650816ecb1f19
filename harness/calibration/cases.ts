// The cases of all bugs, and how one becomes a drill. A bug without a case is tried with the drill of `npm start`.
import type { DrillInput } from '../drill.ts';
import type { KnownCase, TunedDrill } from './case.ts';
import { browserCases } from './cases-browsers.ts';
import { cacheCases } from './cases-caches.ts';
import { identityCases } from './cases-identity.ts';
import { processCases } from './cases-processes.ts';
import { queryCases } from './cases-queries.ts';

export const tunedDefaults = {
  /** One with the trigger ends at the first sighting, so its length costs only where nothing is seen. */
  durationMs: { trigger: 30_000, without: 5_000 },
  sessions: 4,
  nodes: 2,
} as const;

export const cases: readonly KnownCase[] = [
  ...cacheCases,
  ...processCases,
  ...identityCases,
  ...queryCases,
  ...browserCases,
];

/** Short drills look little, and some windows are short: one look shows that there was something to see. */
export const leastFloor = {
  opportunitiesPerWindow: 1,
  opportunitiesPerNode: 1,
  opportunitiesPerVersion: 1,
  opportunitiesPerAction: 1,
  opportunitiesPerChannel: 1,
} as const;

export const caseOf = (bug: string): KnownCase | undefined => cases.find((each) => each.bug === bug);

/** Every scenario that some case names, as it names it. */
export const namedScenarios = (): readonly string[] => [
  ...new Set(cases.flatMap(({ trigger, without }) => [...trigger.scenarios, ...without.scenarios])),
];

/** A tuned drill as people would write it, but for its target and seed. `all` is every scenario there is, to leave out the others. */
export function tunedInput(
  known: KnownCase,
  which: 'trigger' | 'without',
  all: readonly string[],
): Omit<DrillInput, 'target'> {
  const drill: TunedDrill = known[which];
  const { scenarios, faults = [], sessions = tunedDefaults.sessions } = drill;
  const weights = all.map((name) => [name, scenarios.includes(name) ? 1 : 0] as const);
  return {
    durationMs: drill.durationMs ?? tunedDefaults.durationMs[which],
    sessions,
    ...(drill.browser !== undefined && { browser: drill.browser }),
    ...(drill.thinkMs !== undefined && { thinkMs: drill.thinkMs }),
    scenarios: Object.fromEntries(weights),
    faults: faults.map((fault) => ({ ...fault })),
    floor: leastFloor,
    stopOnLeak: true,
  };
}
