import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archetypeOf, halfHousehold } from '../fixtures/cohort.ts';
import type { PlannedFault, Scenario, ScenePart, SessionPlan, Span } from './plan.ts';
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
const span: Scenario = { ...look, name: 'span', spans: ['deploy'] };

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
          expect(leasedPatients(plan)).toContain(session.patient);
          expect(alarmCast(plan)).not.toContain(session.patient);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('of singles plays each lane with one patient, has nobody wait for who is not there, and lends two to the alarm test', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 11 }), (seed, lanes) => {
        const plan = input({ seed, lanes, singles: true });
        const sessions = all(plan);
        const parties = new Map<string, { wanted: number; come: number }>();
        expect(new Set(sessions.map(({ lane }) => lane)).size).toBe(lanes);
        for (const { patient, lane, steps } of sessions) {
          if (patient !== null) expect(patient).toBe(lane * halfHousehold);
          for (const { barrier } of steps) {
            if (barrier === undefined) continue;
            const come = (parties.get(barrier.name)?.come ?? 0) + 1;
            parties.set(barrier.name, { wanted: barrier.parties, come });
          }
        }
        for (const { wanted, come } of parties.values()) expect(come).toBe(wanted);
        expect(leasedPatients(plan)).toEqual(Array.from({ length: lanes }, (_, lane) => lane * halfHousehold));
        for (const patient of alarmCast(plan)) expect(leasedPatients(plan)).toContain(patient);
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

  describe('with scenarios that span faults', () => {
    const flush: Scenario = { ...look, name: 'flush', spans: ['cache-flush'] };
    const deploy: Scenario = { ...span, scene: (stage) => look.scene(stage).map((part) => until(part, stage.span)) };
    const until = (part: ScenePart, { untilMs }: Span): ScenePart => ({
      ...part,
      steps: [...part.steps, { atMs: untilMs + 500, action: { kind: 'who-am-i' } }],
    });
    const faultAt = (kind: string, atMs: number): PlannedFault => ({ id: `${kind}${atMs}`, kind, atMs, forMs: 1_000 });
    const mixOf = (...mixed: Scenario[]): PlanInput['mix'] => mixed.map((scenario) => ({ scenario, weight: 1 }));

    it('plays one around each fault of its family, in every third troupe, whatever was drawn before', () => {
      fc.assert(
        fc.property(
          fc.string(),
          fc.integer({ min: 1_500, max: 8_000 }),
          fc.integer({ min: 0, max: 5 }),
          (seed, atMs, t) => {
            const faults = [faultAt('deploy-upgrade', atMs)];
            const plan = input({ seed, lanes: 24, durationMs: 12_000, mix: mixOf(look, deploy), faults });
            const lived = [...planTroupe(plan, t)].filter(
              ({ scenario, startMs, steps }) =>
                scenario === 'span' && startMs <= atMs - 400 && (steps.at(-1)?.atMs ?? 0) > atMs + 1_000,
            );
            expect(lived.length).toBe(t % 3 === 0 ? 4 : 0);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('gives the next fault to the next troupes, and knows a fault by its kind as well', () => {
      const faults = [faultAt('cache-flush', 2_000), faultAt('cache-slow', 5_000), faultAt('cache-flush', 8_000)];
      const plan = input({ lanes: 12, durationMs: 12_000, mix: mixOf(look, flush), faults });
      const played = [0, 1, 2].map((troupe) => {
        const sessions = [...planTroupe(plan, troupe)].filter(({ scenario }) => scenario === 'flush');
        return faults.filter(({ atMs }) => sessions.some(({ startMs }) => startMs < atMs && startMs > atMs - 2_000));
      });
      expect(played.map((lived) => lived.map(({ atMs }) => atMs))).toEqual([[2_000], [8_000], []]);
    });

    it('sends every troupe to each fault when there is nothing else to play, and goes on without any', () => {
      const faults = [faultAt('deploy-restart', 3_000), faultAt('deploy-upgrade', 7_000)];
      for (const troupe of [0, 1]) {
        const sessions = [...planTroupe(input({ durationMs: 12_000, mix: mixOf(deploy), faults }), troupe)];
        for (const { atMs } of faults) {
          const lived = sessions.filter(
            ({ startMs, steps }) => startMs < atMs && (steps.at(-1)?.atMs ?? 0) > atMs + 1_000,
          );
          expect(lived.length).toBe(4);
        }
      }
      expect(all(input({ mix: mixOf(deploy) })).length).toBeGreaterThan(0);
    });
  });

  it('lets the regular patient stand in for one who was erased', () => {
    const leave: Scenario = {
      ...look,
      scene: ({ cast }) =>
        cast[0].twin === cast[0].regular
          ? []
          : [{ seat: 0, patient: cast[0].twin, steps: [{ atMs: 0, action: { kind: 'erase' } }] }],
    };
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const mix = [look, leave].map((scenario) => ({ scenario, weight: 1 }));
        const sessions = [...planTroupe(input({ seed, durationMs: 20_000, mix }), 0)];
        const erasing = sessions.findIndex(({ steps }) => steps[0]?.action.kind === 'erase');
        expect(erasing).toBeGreaterThanOrEqual(0);
        const gone = sessions[erasing]?.patient;
        expect(sessions.slice(erasing + 1).map(({ patient }) => patient)).not.toContain(gone);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the two alarm patients able to see something', () => {
    for (const patient of alarmCast(input({ lanes: 8 }))) expect(archetypeOf(patient)).toBe('regular');
  });
});
