import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archetypeOf } from '../fixtures/cohort.ts';
import type { Scenario, SessionPlan } from './plan.ts';
import { alarmCast, leasedPatients, type PlanInput, planLane, planTroupe } from './planner.ts';

const look: Scenario = {
  name: 'look',
  summary: '',
  needs: [],
  weight: 1,
  scene: ({ cast, scene, random }) =>
    ([0, 1, 2, 3] as const).map((seat) => ({
      seat,
      patient: random.pick([cast[seat].regular, cast[seat].twin, cast[seat].newcomer, cast[seat].relative]),
      steps: [
        { atMs: seat, action: { kind: 'sign-in', by: 'cookie' } },
        { atMs: 50, action: { kind: 'who-am-i' }, barrier: { name: `${scene}/b`, parties: 4, atMs: 50 } },
      ],
    })),
};
const span: Scenario = { ...look, name: 'span', spans: 'deploy' };

const input = (over: Partial<PlanInput> = {}): PlanInput => ({
  seed: '1',
  lanes: 8,
  durationMs: 5_000,
  thinkMs: 100,
  mix: [{ scenario: look, weight: 1 }],
  faults: [],
  ...over,
});
const all = (plan: PlanInput): SessionPlan[] =>
  Array.from({ length: plan.lanes }, (_, lane) => [...planLane(plan, lane)]).flat();

describe('planner', () => {
  it('gives the same plan for the same seed and another for another', () => {
    expect(all(input())).toEqual(all(input()));
    expect(all(input({ seed: '2' }))).not.toEqual(all(input()));
  });

  it('never leases one patient to two lanes, nor an alarm patient to any', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 6 }), (seed, troupes) => {
        const plan = input({ seed, lanes: troupes * 4 });
        const laneOf = new Map<number, number>();
        for (const session of all(plan)) {
          if (session.patient === null) continue;
          expect(laneOf.get(session.patient) ?? session.lane).toBe(session.lane);
          laneOf.set(session.patient, session.lane);
          expect(leasedPatients(plan.lanes)).toContain(session.patient);
          expect(alarmCast(plan.lanes)).not.toContain(session.patient);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('runs the sessions of one lane one after another', () => {
    for (let lane = 0; lane < 8; lane++) {
      let endMs = -1;
      for (const session of planLane(input(), lane)) {
        expect(session.startMs).toBeGreaterThan(endMs);
        endMs = session.steps.at(-1)?.atMs ?? endMs;
      }
    }
  });

  it('gives every barrier exactly its number of parties, at one time', () => {
    const parties = new Map<string, number[]>();
    for (const { barrier } of all(input()).flatMap((session) => session.steps)) {
      if (barrier) parties.set(barrier.name, [...(parties.get(barrier.name) ?? []), barrier.atMs]);
    }
    expect(parties.size).toBeGreaterThan(10);
    for (const times of parties.values()) {
      expect(times).toHaveLength(4);
      expect(new Set(times).size).toBe(1);
    }
  });

  it('puts a spanning scenario around a fault of its family', () => {
    const plan = input({
      durationMs: 10_000,
      mix: [
        { scenario: look, weight: 1 },
        { scenario: span, weight: 1 },
      ],
      faults: [{ id: 'f1', kind: 'deploy-upgrade', atMs: 4_000, forMs: 2_000 }],
    });
    const spanning = [...planTroupe(plan, 0)].filter((session) => session.scenario === 'span');
    expect(spanning.length).toBeGreaterThan(0);
    for (const session of spanning) expect(session.startMs).toBeLessThan(4_000);
  });

  it('keeps the two alarm patients able to see something', () => {
    for (const patient of alarmCast(8)) expect(archetypeOf(patient)).toBe('regular');
  });
});
