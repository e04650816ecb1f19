import { describe, expect, it } from 'vitest';
import type { PlannedFault } from '../plan.ts';
import { look, pair, sessionOf, signIn } from './plan-under-test.ts';
import { slowingIn, whileSlow } from './slower.ts';

const flush: PlannedFault = { id: 'f0', kind: 'cache-flush', atMs: 1_000, forMs: 300 };
const slow: PlannedFault = { id: 'f1', kind: 'cache-slow', atMs: 9_000, forMs: 60_000 };

describe('slower plans', () => {
  it('take the first fault that slows things down', () => {
    expect(slowingIn([flush, slow])).toBe(slow);
    expect(slowingIn([flush])).toBeUndefined();
  });

  it('open it once everybody has signed in and before anybody does anything, and keep what is together together', () => {
    const [one, other] = [sessionOf(1, 0, [signIn, look]), sessionOf(5, 0, [signIn, look, signIn, look])];
    const { sessions, faults } = whileSlow({ ...pair, sessions: [one, other] }, slow) ?? pair;
    expect(faults).toEqual([{ ...slow, atMs: 300, forMs: 2_100 }]);
    expect(sessions.map(({ steps }) => steps.map(({ atMs }) => atMs))).toEqual([
      [100, 700],
      [100, 700, 800, 900],
    ]);
  });

  it('wait no longer than they did where there was time enough, and take barriers along', () => {
    const { sessions, faults } = whileSlow(pair, slow) ?? pair;
    const [first] = sessions;
    expect(first?.steps[1]).toMatchObject({ atMs: 700, barrier: { atMs: 700, parties: 2 } });
    expect(faults).toMatchObject([{ atMs: 300, forMs: 1_900 }]);
  });

  it('are none of what is broken already, or of people who do nothing but sign in', () => {
    expect(whileSlow({ ...pair, faults: [flush] }, slow)).toBeNull();
    expect(whileSlow({ ...pair, sessions: [sessionOf(1, 0, [signIn])] }, slow)).toBeNull();
  });
});
