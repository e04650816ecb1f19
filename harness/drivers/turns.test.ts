// Turns by a clock that only waits move: what is sent when, and that no stretch of time holds more than declared.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateLimit } from '../targets/target.ts';
import { accountKey, everyMsOf, openTurns, turnWaitMaxMs } from './turns.ts';

interface Clocked {
  readonly turns: ReturnType<typeof openTurns>;
  now(): number;
  /** Lets so much time go by, and whoever waited for it go on. */
  pass(ms: number): Promise<void>;
}

function clocked(limit: RateLimit): Clocked {
  let atMs = 0;
  const waiting: { readonly until: number; resolve(): void }[] = [];
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  };
  return {
    now: () => atMs,
    turns: openTurns(
      limit,
      () => atMs,
      (ms) => new Promise((resolve) => void waiting.push({ until: atMs + ms, resolve })),
    ),
    async pass(ms) {
      await settled();
      const endMs = atMs + ms;
      for (;;) {
        waiting.sort((one, other) => one.until - other.until);
        const [next] = waiting;
        if (next === undefined || next.until > endMs) break;
        waiting.shift();
        atMs = Math.max(atMs, next.until);
        next.resolve();
        await settled();
      }
      atMs = endMs;
    },
  };
}

/** When each was sent, by a clock that then goes on for long enough. */
async function sentAt(
  limit: RateLimit,
  asks: readonly { readonly afterMs: number; readonly account: string | null }[],
) {
  const { turns, now, pass } = clocked(limit);
  const sent: { readonly at: number; readonly account: string | null }[] = [];
  let refused = 0;
  for (const { afterMs, account } of asks) {
    await pass(afterMs);
    void turns.take(account).then(
      () => void sent.push({ at: now(), account }),
      () => void refused++,
    );
  }
  await pass(3 * turnWaitMaxMs);
  return { sent, refused };
}

const rates = fc
  .record({ requests: fc.integer({ min: 1, max: 20 }), perMs: fc.integer({ min: 10, max: 2_000 }) })
  .chain((rate) => fc.integer({ min: 1, max: rate.requests }).map((burst) => ({ ...rate, burst })));

const fullest = (times: readonly number[], perMs: number): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + perMs - 1e-6).length));

describe('turns', () => {
  it('never let a stretch of time hold more than is declared, of all or of an account, and lose nobody', async () => {
    const asks = fc.array(
      fc.record({ afterMs: fc.integer({ min: 0, max: 300 }), account: fc.constantFrom(null, 'a', 'b') }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(rates, rates, asks, async (all, perAccount, wanted) => {
        const { sent, refused } = await sentAt({ all, perAccount }, wanted);
        expect(sent.length + refused).toBe(wanted.length);
        expect(
          fullest(
            sent.map(({ at }) => at),
            all.perMs,
          ),
        ).toBeLessThanOrEqual(all.requests);
        for (const account of ['a', 'b']) {
          const own = sent.filter((one) => one.account === account).map(({ at }) => at);
          expect(fullest(own, perAccount.perMs)).toBeLessThanOrEqual(perAccount.requests);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('hold an account to its own limit, and nobody else', async () => {
    const perAccount = { requests: 2, perMs: 1_000, burst: 1 };
    const asks = ['a', 'a', 'a', 'b', null].map((account) => ({ afterMs: 0, account }));
    const { sent } = await sentAt({ perAccount }, asks);
    expect(sent.filter(({ account }) => account === 'a').map(({ at }) => at)).toEqual([0, 500, 1_000]);
    expect(sent.filter(({ account }) => account !== 'a').map(({ at }) => at)).toEqual([0, 0]);
  });

  it('are given to the parties of a barrier together, whatever was sent before', async () => {
    const { turns, now, pass } = clocked({ all: { requests: 10, perMs: 1_000, burst: 4 } });
    for (let count = 0; count < 4; count++) await turns.take(null);
    let togetherAt = -1;
    void turns.takeTogether(4).then((isPaid) => {
      if (isPaid) togetherAt = now();
    });
    await pass(5_000);
    // All four go at the moment at which the bucket is full again.
    expect(togetherAt).toBeCloseTo(4 * everyMsOf({ requests: 10, perMs: 1_000, burst: 4 }));
    const paidAt = now();
    await Promise.all([1, 2, 3, 4].map(() => turns.take('a', true)));
    expect(now()).toBe(paidAt);
  });

  it('say that a barrier can not have what the burst never holds', async () => {
    const { turns } = clocked({ all: { requests: 10, perMs: 1_000, burst: 3 } });
    expect(await turns.takeTogether(4)).toBe(false);
    expect(await clocked({ perAccount: { requests: 1, perMs: 1_000 } }).turns.takeTogether(4)).toBe(true);
  });

  it('are refused where they would come too late, and then nothing is taken', async () => {
    const { turns, pass } = clocked({ all: { requests: 1, perMs: 8_000 } });
    await turns.take(null);
    const second = turns.take(null);
    await expect(turns.take(null)).rejects.toThrow(/16000 ms, and nobody waits longer than 10000 ms/);
    await pass(8_000);
    await second;
    // The one that was refused has taken no turn.
    const third = turns.take(null);
    await pass(8_000);
    await third;
  });

  it('are an account for whoever signs in, and nobody otherwise', () => {
    expect(accountKey({ patient: 3 })).toBe('patient-3');
    expect(accountKey({ patient: null, clinician: 2 })).toBe('clinician-2');
    expect(accountKey({ patient: null })).toBe(null);
  });
});
