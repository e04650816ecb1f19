// What every scenario must keep, whatever it does: its own patients, its own barriers, the actions it says it needs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../fixtures/random.ts';
import type { PlannedFault } from '../harness/plan.ts';
import { type PlanInput, planTroupe } from '../harness/planner.ts';
import { scenarios } from './index.ts';

const plan = (seed: string, scenario: (typeof scenarios)[number]): PlanInput => ({
  seed,
  lanes: 8,
  durationMs: 6_000,
  thinkMs: 80,
  mix: [{ scenario, weight: 1 }],
  faults: everyFault(1_000, 1_500),
});

/** One of each kind that some scenario spans, one after another. */
function everyFault(everyMs: number, forMs: number): PlannedFault[] {
  const kinds = ['deploy-upgrade', 'cache-flush', 'cache-restart', 'mail-down', 'instance-crash', 'database-failover'];
  return kinds.map((kind, number) => ({ id: `f${number}`, kind, atMs: (number + 1) * everyMs, forMs }));
}

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

  it('books one consultation once, but for the double submit of one booking under its key', () => {
    const keyOf = new Map<string, string | undefined>();
    for (const { patient, steps } of planTroupe(plan('items', scenario), 0)) {
      for (const { action } of steps) {
        if (action.kind !== 'book') continue;
        const booking = `${patient}/${action.item}`;
        if (keyOf.has(booking)) expect(action.key).toBeDefined();
        expect(keyOf.get(booking) ?? action.key).toBe(action.key);
        keyOf.set(booking, action.key);
      }
    }
  });

  it('gives nobody two bookings under one key', () => {
    const itemOf = new Map<string, number>();
    for (const { patient, steps } of planTroupe(plan('keys', scenario), 1)) {
      for (const { action } of steps) {
        if (action.kind !== 'book' || action.key === undefined) continue;
        const key = `${patient}/${action.key}`;
        expect(itemOf.get(key) ?? action.item).toBe(action.item);
        itemOf.set(key, action.item);
      }
    }
  });

  it('uses nobody again whom it erased, in this session or later', () => {
    const erasedAtMs = new Map<number, number>();
    for (const { patient, startMs, steps } of planTroupe(plan('erase', scenario), 0)) {
      if (patient === null) continue;
      expect(startMs).toBeLessThan(erasedAtMs.get(patient) ?? Number.POSITIVE_INFINITY);
      for (const { action, atMs } of steps) if (action.kind === 'erase') erasedAtMs.set(patient, atMs);
    }
  });

  it('lets nobody follow a link that is posted in no session of the scene', () => {
    for (const troupe of [0, 1]) {
      const sessions = [...planTroupe(plan('links', scenario), troupe)];
      const posted = new Set(sessions.flatMap(({ steps }) => steps.map(({ postLinkAs }) => postLinkAs)));
      for (const { action } of sessions.flatMap(({ steps }) => steps)) {
        if (action.kind === 'follow-link') expect(posted).toContain(action.board);
      }
    }
  });
});

describe('the mix of all scenarios', () => {
  const played = scenarios.filter(({ eyes }) => eyes !== true);

  it('plays each several times within one default drill, and each that spans a fault around one', () => {
    const scenes = new Map<string, Set<string>>();
    const faults = everyFault(14_000, 3_000);
    const mix = played.map((each) => ({ scenario: each, weight: each.weight }));
    for (let troupe = 0; troupe < 12; troupe++) {
      const input = { seed: '1', lanes: 48, durationMs: 95_000, thinkMs: 106, mix, faults };
      for (const { scenario, id, startMs, endMs } of planTroupe(input, troupe)) {
        const spans = scenarios.find(({ name }) => name === scenario)?.spans;
        const lived = faults.some(({ atMs, forMs }) => startMs < atMs && endMs > atMs + forMs);
        if (spans === undefined || lived)
          scenes.set(scenario, (scenes.get(scenario) ?? new Set()).add(id.slice(0, -2)));
      }
    }
    for (const { name, spans } of played) {
      expect({ name, often: (scenes.get(name)?.size ?? 0) >= (spans ? 2 : 8) }).toEqual({ name, often: true });
    }
  });

  it('is drawn from streams that do not touch each other', () => {
    const draw = (...path: string[]): number[] =>
      Array.from({ length: 4 }, () => 0).map((_, i) => random('s', ...path, i).between(0, 1e9));
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });
});
