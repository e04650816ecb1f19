import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import { alarmCast, leasedPatients, planLane } from '../planner.ts';
import { planInputOf, sizeOf, sizeText, tidy } from './explicit-plan.ts';
import { pair, sessionOf } from './plan-under-test.ts';

describe('an explicit plan', () => {
  it('begins at once, has everybody who is named, and lanes without gaps', () => {
    const plan = tidy({
      ...pair,
      people: [],
      sessions: [
        sessionOf(9, 4_000, [{ kind: 'share', with: patientIndex(7) }]),
        { ...sessionOf(3, 4_200, [{ kind: 'sign-in', by: 'cookie' }]), lane: 12 },
      ],
      faults: [{ id: 'f1', kind: 'cache-flush', atMs: 3_900, forMs: 500 }],
    });
    expect(plan.people).toEqual([3, 7, 9]);
    expect(plan.faults[0]?.atMs).toBe(100);
    expect(plan.sessions.map(({ startMs }) => startMs)).toEqual([200, 400]);
    expect(plan.sessions.map(({ lane }) => lane)).toEqual([0, 1]);
  });

  it('waits at a barrier for those alone that still come', () => {
    expect(tidy(pair).sessions.map(({ steps }) => steps[1]?.barrier?.parties)).toEqual([2, 2]);
    const [first] = pair.sessions;
    const alone = tidy({ ...pair, sessions: first ? [first] : [] });
    expect(alone.sessions[0]?.steps.map(({ barrier }) => barrier)).toEqual([undefined, undefined]);
  });

  it('is what drivers are given: its sessions by lane, its people, and an alarm pair beside them', () => {
    const input = planInputOf(tidy(pair));
    expect([...planLane(input, 0)].map(({ id }) => id)).toEqual(['s1']);
    expect([...planLane(input, 1)].map(({ id }) => id)).toEqual(['s5']);
    expect(leasedPatients(input)).toEqual([1, 5]);
    expect(alarmCast(input)).toEqual([8, 12]);
  });

  it('is a fixed point: tidying twice changes nothing, so that a candidate has one key', () => {
    expect(tidy(tidy(pair))).toEqual(tidy(pair));
  });

  it('is counted', () => {
    expect(sizeOf(tidy(pair))).toEqual({ sessions: 2, actions: 4, faults: 0, people: 2, barriers: 1, aborts: 0 });
    expect(sizeText(tidy(pair))).toBe('2 sessions, 4 actions, 0 faults, 2 people');
  });
});
