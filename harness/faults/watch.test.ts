// The proof may come at any look, the very last one included; it is told once, and a look that fails is only that.
import { expect, test } from 'vitest';
import type { Evidence, Look } from './fault.ts';
import { defaultLimits } from './limits.ts';
import { watchForProof } from './watch.ts';

const limits = { ...defaultLimits, pollMs: 0 };
const not: Evidence = { bit: false, proof: 'not yet' };
const bit: Evidence = { bit: true, proof: 'there it was' };

/** Looks that find these in turn, the last one for ever; `taken` resolves when that many looks were taken. */
function looks(...found: readonly (Evidence | Error)[]) {
  let count = 0;
  const waiting: { readonly looks: number; readonly resolve: () => void }[] = [];
  const look: Look = async () => {
    const now = found[Math.min(count, found.length - 1)] ?? not;
    count++;
    for (const { looks: wanted, resolve } of waiting) if (count >= wanted) resolve();
    if (now instanceof Error) throw now;
    return now;
  };
  const taken = (wanted: number): Promise<void> => new Promise((resolve) => waiting.push({ looks: wanted, resolve }));
  return { look, taken };
}

test('a proof between other looks counts, and is told once', async () => {
  const told: Evidence[] = [];
  const { look, taken } = looks(not, new Error('away'), bit, not);
  const third = taken(3);
  const watch = watchForProof(look, limits, (evidence) => told.push(evidence));
  await third;
  expect(await watch.stop()).toEqual(bit);
  expect(told).toEqual([bit]);
});

test('the last look, taken when all is over, counts too', async () => {
  const told: Evidence[] = [];
  const { look } = looks(not, bit);
  // Stopped at once: the first look is under way, the second is the last.
  const evidence = await watchForProof(look, limits, (found) => told.push(found)).stop();
  expect(evidence).toEqual(bit);
  expect(told).toEqual([bit]);
});

test('looks that never come to anything say why', async () => {
  const watch = watchForProof(looks(new Error('nobody answers')).look, limits, () => {});
  expect(await watch.stop()).toEqual({ bit: false, proof: 'the last look failed: nobody answers' });
});
