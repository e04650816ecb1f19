// The cases are data: what they name must exist, or a bug would be tried with a drill that can't find it.
import { describe, expect, it } from 'vitest';
import { cases, tunedInput } from '../calibration/cases.ts';
import { planInput, plannedFaults, resolveDrill } from '../drill.ts';
import { planTroupe } from '../planner.ts';
import { scenarios } from './calibration-scenarios.ts';

const names = scenarios.map(({ name }) => name);
const target = { url: 'http://127.0.0.1:1' };

describe.each(cases)('$bug', (known) => {
  it.each(['trigger', 'without'] as const)(
    '%s is a drill whose scenarios and faults exist and that has sessions',
    (which) => {
      const drill = resolveDrill({ ...tunedInput(known[which], names), target }, known.bug);
      const plan = planInput(drill, scenarios, plannedFaults(drill, []));
      const played = [...planTroupe(plan, 0)];
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
