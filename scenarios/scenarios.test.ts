// What every scenario must keep, whatever it does: its own patients, its own barriers, the actions it says it needs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../fixtures/random.ts';
import { type PlanInput, planTroupe } from '../harness/planner.ts';
import { scenarios } from './index.ts';

const plan = (seed: string, scenario: (typeof scenarios)[number]): PlanInput => ({
  seed,
  lanes: 8,
  durationMs: 6_000,
  thinkMs: 80,
  mix: [{ scenario, weight: 1 }],
  faults: [{ id: 'f1', kind: 'deploy-upgrade', atMs: 1_000, forMs: 1_500 }],
});

describe.each(scenarios)('$name', (scenario) => {
  it('keeps to the patients of each lane, and gives every barrier as many parties as it waits for', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(0, 1), (seed, troupe) => {
        const parties = new Map<string, { wanted: number; come: number }>();
        const sessions = [...planTroupe(plan(seed, scenario), troupe)];
        expect(sessions.length).toBeGreaterThan(0);
        for (const { lane, patient, steps } of sessions) {
          if (patient !== null) {
            expect(Math.floor(patient / 4)).toBe(lane);
            expect(steps[0]?.action.kind).toBe('sign-in');
          }
          for (const { barrier } of steps) {
            if (!barrier) continue;
            const { come } = parties.get(barrier.name) ?? { come: 0 };
            parties.set(barrier.name, { wanted: barrier.parties, come: come + 1 });
          }
        }
        for (const { wanted, come } of parties.values()) expect(come).toBe(wanted);
      }),
      { numRuns: 30 },
    );
  });

  it('walks forward in time, and performs what it says it needs', () => {
    const sessions = [...planTroupe(plan('needs', scenario), 0)];
    for (const { steps } of sessions) {
      const times = steps.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
    const performed = new Set(sessions.flatMap(({ steps }) => steps.map(({ action }) => action.kind)));
    for (const kind of scenario.needs) expect(performed).toContain(kind);
  });

  it('never books one consultation twice for a patient', () => {
    const booked = new Set<string>();
    for (const { patient, steps } of planTroupe(plan('items', scenario), 0)) {
      for (const { action } of steps) {
        if (action.kind !== 'book') continue;
        expect(booked).not.toContain(`${patient}/${action.item}`);
        booked.add(`${patient}/${action.item}`);
      }
    }
  });
});

describe('the mix of all scenarios', () => {
  it('plays each within one default drill', () => {
    const played = new Set<string>();
    const mix = scenarios.map((each) => ({ scenario: each, weight: each.weight }));
    for (let troupe = 0; troupe < 12; troupe++) {
      const input = {
        seed: '1',
        lanes: 48,
        durationMs: 45_000,
        thinkMs: 106,
        mix,
        faults: [{ id: 'f', kind: 'deploy-upgrade', atMs: 9_000, forMs: 4_000 }],
      };
      for (const { scenario } of planTroupe(input, troupe)) played.add(scenario);
    }
    expect([...played].sort()).toEqual(scenarios.map(({ name }) => name).sort());
  });

  it('is drawn from streams that do not touch each other', () => {
    const draw = (...path: string[]): number[] =>
      Array.from({ length: 4 }, () => 0).map((_, i) => random('s', ...path, i).between(0, 1e9));
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });
});
