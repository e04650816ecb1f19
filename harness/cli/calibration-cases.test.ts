// The cases are data: what they name must exist, or a bug would be tried with a drill that can't find it.
import { describe, expect, it } from 'vitest';
import { cases, tunedInput } from '../calibration/cases.ts';
import { planInput, plannedFaults, resolveDrill } from '../drill.ts';
import { troupeLanes } from '../plan.ts';
import { browserPlan, planTroupe } from '../planner.ts';
import { scenarios } from './calibration-scenarios.ts';

const names = scenarios.map(({ name }) => name);
const target = { url: 'http://127.0.0.1:1' };

describe.each(cases)('$bug', (known) => {
  it.each(['trigger', 'without'] as const)(
    '%s is a drill whose scenarios and faults exist and that has sessions',
    (which) => {
      const drill = resolveDrill({ ...tunedInput(known, which, names), target }, known.bug);
      const plan = planInput(drill, scenarios, plannedFaults(drill, []));
      const people = browserPlan(plan);
      const all = people === null ? plan : { ...people.plan, lanes: plan.lanes + troupeLanes };
      const first = people === null ? 0 : plan.lanes / troupeLanes;
      const played = [];
      for (let troupe = first; troupe < all.lanes / troupeLanes; troupe++) played.push(...planTroupe(all, troupe));
      expect(new Set(played.map(({ scenario }) => scenario))).toEqual(new Set(known[which].scenarios));
      for (const { atMs } of plan.faults) expect(atMs).toBeLessThan(drill.durationMs);
    },
  );

  it('differs without its trigger', () => {
    expect(known.without).not.toEqual(known.trigger);
    expect(known.rings.length).toBeGreaterThan(0);
    expect(known.lacks).not.toBe('');
  });
});

it('has no bug twice', () => {
  expect(new Set(cases.map(({ bug }) => bug)).size).toBe(cases.length);
});
