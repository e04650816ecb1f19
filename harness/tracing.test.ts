import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baggageOf, traceIn, traceparentOf, tracesOf } from './tracing.ts';

/** W3C Trace Context, section 3.2, version 00. */
const traceparent = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const runs = fc.string({ maxLength: 60 });
const sessions = fc.string({ maxLength: 40 });

describe('a trace', () => {
  it('is valid, whatever run, session and number', () => {
    fc.assert(
      fc.property(runs, sessions, fc.nat(), fc.nat(300), (run, session, number, request) => {
        const { traceId, spanIdOf } = tracesOf(run)(`${session}/${number}`);
        const spanId = spanIdOf(request);
        const text = traceparentOf({ traceId, spanId });
        expect(text).toMatch(traceparent);
        expect(Number.parseInt(traceId, 16)).not.toBe(0);
        expect(Number.parseInt(spanId, 16)).not.toBe(0);
        expect(traceIn(text)).toEqual({ traceId, spanId });
      }),
    );
  });

  it('is the same whoever asks, and in whatever order', () => {
    fc.assert(
      fc.property(runs, fc.array(fc.tuple(sessions, fc.nat()), { minLength: 1 }), (run, asked) => {
        const ids = asked.map(([session, number]) => `${session}/${number}`);
        const one = tracesOf(run);
        expect(ids.map((id) => one(id).traceId)).toEqual(ids.map((id) => tracesOf(run)(id).traceId));
      }),
    );
  });

  it('is no other operation’s, of this run or another, and neither are its spans', () => {
    const traceIds = new Set<string>();
    const spanIds = new Set<string>();
    let operations = 0;
    for (const run of ['20261126-135444-123-seed-1', '20261126-135444-124-seed-1']) {
      const traceOf = tracesOf(run);
      for (const session of ['1-0', '1-1', '10-1', '11-0', 'alarm-before']) {
        for (let number = 1; number <= 500; number++) {
          const { traceId, spanIdOf } = traceOf(`${session}/${number}`);
          operations++;
          traceIds.add(traceId);
          for (const id of [0, 1, 2, -1].map(spanIdOf)) spanIds.add(id);
        }
      }
    }
    expect(traceIds.size).toBe(operations);
    expect(spanIds.size).toBe(4 * operations);
  });

  it.each([
    '',
    'x',
    `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01x`,
    `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`,
    `ff-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'A'.repeat(32)}-${'1'.repeat(16)}-01`,
  ])('is not read out of %j', (text) => {
    expect(traceIn(text)).toBeNull();
  });

  it('carries the run in baggage-octets only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (run) => {
        const [, value = ''] =
          /^crosstalk\.run=([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*)$/.exec(baggageOf(run)) ?? [];
        expect(decodeURIComponent(value)).toBe(run);
      }),
    );
  });
});
