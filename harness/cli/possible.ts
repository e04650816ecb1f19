// What of a drill can be performed on a target: by sessions that speak to it, and by people at its pages.
import type { Possible } from '../drill.ts';
import { hasPageFor } from '../drivers/target-with-eyes.ts';
import type { ActionKind, Scenario } from '../plan.ts';
import type { Target } from '../targets/target.ts';

export const missingActions = ({ needs }: Scenario, target: Target): string[] =>
  needs.filter((kind) => !target.actions[kind]);

export const missingPages = ({ needs }: Scenario, target: Target): string[] =>
  needs.filter((kind) => !hasPageFor(target, kind));

/** What needs a second patient of the lane's own, or would take an account away that is not ours. */
const notWithLeases: ReadonlySet<ActionKind> = new Set(['share', 'withdraw', 'erase']);

export const suitsLeases = ({ needs }: Scenario): boolean => !needs.some((kind) => notWithLeases.has(kind));

export const possibleOn = (target: Target, leased: boolean): Possible => ({
  byAnyone: (scenario) =>
    scenario.eyes !== true && (!leased || suitsLeases(scenario)) && missingActions(scenario, target).length === 0,
  // Of what lives through faults, browsers play what is made for eyes: the rest would fill all of their time.
  inBrowsers: (scenario) =>
    missingPages(scenario, target).length === 0 &&
    (!leased || suitsLeases(scenario)) &&
    (scenario.spans === undefined || scenario.eyes === true),
});
