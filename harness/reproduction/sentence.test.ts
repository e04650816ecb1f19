import { describe, expect, it } from 'vitest';
import type { SessionPlan } from '../plan.ts';
import { tidy } from './explicit-plan.ts';
import { look, pair, sessionOf, signIn } from './plan-under-test.ts';
import { sentenceOf } from './sentence.ts';

const wanted = { rule: 'foreign-listing', route: 'GET /me/history' } as const;
const routeOf = (): string => 'GET /me/history';

describe('the sentence', () => {
  it('says who asks for what at the same instant', () => {
    expect(sentenceOf(tidy(pair), wanted, routeOf)).toBe(
      "Two patients ask for GET /me/history at the same instant, and one of them is shown another patient's consultations (GET /me/history).",
    );
  });

  it('says who hangs up, how much later who looks, and what is broken meanwhile', () => {
    const first = sessionOf(1, 0, [signIn, look]);
    const cutOff: SessionPlan = {
      ...first,
      steps: first.steps.map((step, at) => (at === 1 ? { ...step, abortAfterMs: 15 } : step)),
    };
    const plan = tidy({
      ...pair,
      sessions: [cutOff, sessionOf(5, 80, [signIn, look])],
      faults: [{ id: 'f1', kind: 'cache-slow', atMs: 0, forMs: 1_000 }],
    });
    expect(sentenceOf(plan, { ...wanted, viewer: 5, owner: 1 }, routeOf)).toBe(
      "100 ms into cache-slow, patient A asks for GET /me/history and hangs up after 15 ms; 80 ms later patient B asks for GET /me/history, and patient B is shown patient A's consultations (GET /me/history).",
    );
  });

  it('tells of a flush by its beginning, and of somebody who acts alone', () => {
    const plan = tidy({
      ...pair,
      sessions: [sessionOf(2, 500, [signIn, look])],
      faults: [{ id: 'f1', kind: 'cache-flush', atMs: 200, forMs: 100 }],
    });
    expect(sentenceOf(plan, wanted, () => null)).toBe(
      "400 ms after the beginning of cache-flush, which is given 100 ms, patient A does view-history, and one of them is shown another patient's consultations (GET /me/history).",
    );
  });
});
