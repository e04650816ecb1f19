import { describe, expect, it } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { planInput, resolveDrill } from '../drill.ts';
import type { Operation } from '../history.ts';
import { enrolmentsAtOnce, paceProblems, stepCount, thinkMsWithin, tooFast, weakened } from '../pace.ts';
import type { RateLimit } from '../targets/target.ts';
import { paceWarnings } from './doctor-pace.ts';

const aMinute = 60_000;

function planned(limit: RateLimit, drill: object = {}) {
  const resolved = resolveDrill({ target: { url: 'http://127.0.0.1:1' }, durationMs: aMinute, ...drill }, 'the test');
  const faults =
    resolved.faults === 'default' ? [] : resolved.faults.map((fault, at) => ({ id: `f${at + 1}`, ...fault }));
  const plan = planInput(resolved, scenarios, faults as never, undefined, undefined, limit);
  return { plan, drill: resolved };
}

describe('a drill within a rate limit', () => {
  it('goes as fast as fits, unless it is told how fast', () => {
    const limit = { all: { requests: 1_200, perMs: aMinute } };
    const { plan, drill } = planned(limit, { sessions: 16 });
    expect(plan.thinkMs).toBe(thinkMsWithin(limit, 16));
    // A step may take two requests.
    expect(2 * stepCount(plan)).toBeLessThan(1_200 * 1.3);
    expect(paceProblems(plan, drill, limit)).toEqual([]);
    expect(planned({}, { sessions: 16 }).plan.thinkMs).toBeLessThan(plan.thinkMs);
    expect(planned(limit, { sessions: 16, thinkMs: 70 }).plan.thinkMs).toBe(70);
  });

  it('looks at the pace of one account, too', () => {
    expect(thinkMsWithin({ perAccount: { requests: 60, perMs: aMinute, burst: 1 } }, 48)).toBe(2_000);
    expect(thinkMsWithin(undefined, 48)).toBe(0);
  });

  it('is refused where its steps, a window or its floors can not fit', () => {
    const limit = { all: { requests: 120, perMs: aMinute } };
    const fast = planned(limit, { sessions: 16, thinkMs: 100 });
    expect(paceProblems(fast.plan, fast.drill, limit).join()).toMatch(
      /steps, each a request at the least, and 120 requests in 60 s allow 121 in 60 s: leave thinkMs out, or set it to \d+/,
    );
    const faults = [{ kind: 'cache-flush', atMs: 5_000, forMs: 3_000 }];
    const narrow = planned(limit, { sessions: 8, faults });
    expect(paceProblems(narrow.plan, narrow.drill, limit).join()).toMatch(
      /window of f1 is open for 3 s, in which 120 requests in 60 s allow 9, and floor.opportunitiesPerWindow is 20/,
    );
    const lowered = planned(limit, { sessions: 8, faults, floor: { opportunitiesPerWindow: 5 } });
    expect(paceProblems(lowered.plan, lowered.drill, limit)).toEqual([]);
    const slow = { all: { requests: 10, perMs: aMinute } };
    const short = planned(slow, { sessions: 4 });
    expect(paceProblems(short.plan, short.drill, slow).join()).toContain('its floors ask for 40 opportunities');
  });

  it('is told what it really sends, and what the limit takes from it', () => {
    const limit = { all: { requests: 600, perMs: aMinute, burst: 2 } };
    const { plan } = planned(limit, { sessions: 8, thinkMs: 1_000 });
    expect(tooFast(9, plan, limit)).toBeUndefined();
    expect(tooFast(20, plan, limit)).toMatch(/makes about 20\.0 requests a second, .* Set thinkMs to 200[34]/);
    expect(weakened(limit)).toContain('no more than 2 requests');
    expect(weakened({ all: { requests: 600, perMs: aMinute } })).toBeUndefined();
  });

  it('enrols fewer people at a time', () => {
    expect(enrolmentsAtOnce(undefined)).toBe(6);
    expect(enrolmentsAtOnce({ all: { requests: 183, perMs: aMinute } })).toBe(3);
    expect(enrolmentsAtOnce({ all: { requests: 5, perMs: aMinute } })).toBe(1);
  });
});

describe('the doctor', () => {
  const walked = (action: string, statuses: readonly number[]): Operation =>
    ({ action, exchanges: statuses.map((status) => ({ status })) }) as unknown as Operation;

  it('counts what each action took, and says which pause would fit', () => {
    const rateLimit = { all: { requests: 600, perMs: aMinute } };
    const { plan, drill } = planned(rateLimit, { sessions: 8, thinkMs: 1_000 });
    const told = (requests: number) =>
      [
        ...paceWarnings({ plan, drill, rateLimit, operations: [walked('view-history', Array(requests).fill(200))] }),
      ].join();
    expect(told(1)).toBe('');
    expect(told(12)).toMatch(/the drill as planned makes about \d+\.\d requests a second, .* Set thinkMs to \d{4}/);
  });

  it('asks for what is not declared', () => {
    const { plan, drill } = planned({});
    const operations = [walked('watch', [429])];
    const [told] = paceWarnings({ plan, drill, operations, rateLimit: undefined });
    expect(told).toContain('1 operations of this walk alone were answered 429');
  });
});
