import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherExact, holm, liftOf, logFactorial, type Table } from './exact-test.ts';

const table = (casesWith: number, casesWithout: number, othersWith: number, othersWithout: number): Table => ({
  casesWith,
  casesWithout,
  othersWith,
  othersWithout,
});

describe('fisherExact', () => {
  it.each([
    // Fisher's tea: four cups of eight, all named rightly: 2 in 70.
    [table(4, 0, 0, 4), 2 / 70],
    [table(3, 1, 1, 3), 34 / 70],
    // Worked by hand from the binomials.
    [table(3, 0, 0, 3), 0.1],
    [table(1, 9, 11, 3), 0.002759456],
    [table(0, 10, 0, 10), 1],
    // All of the exposed and three of the others: C(15, 12) ways in C(53, 12).
    [table(12, 0, 3, 38), 455 / 266_783_135_710],
  ])('of %j is %d', (cells, p) => {
    expect(fisherExact(cells)).toBeCloseTo(p, 9);
    expect(fisherExact(cells) / p).toBeCloseTo(1, 5);
  });

  const cell = fc.integer({ min: 0, max: 40 });
  const anyTable = fc.tuple(cell, cell, cell, cell).map((cells) => table(...cells));

  it('does not care which side is called exposed, nor whether the trait or its lack is counted', () => {
    fc.assert(
      fc.property(anyTable, ({ casesWith: a, casesWithout: b, othersWith: c, othersWithout: d }) => {
        const p = fisherExact(table(a, b, c, d));
        for (const same of [table(c, d, a, b), table(b, a, d, c), table(a, c, b, d)])
          expect(fisherExact(same)).toBeCloseTo(p, 9);
      }),
    );
  });

  it('is a chance, and no smaller than that of the table itself, by products of binomials', () => {
    const choose = (n: number, k: number): number => {
      let ways = 1;
      for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
      return ways;
    };
    fc.assert(
      fc.property(anyTable, (cells) => {
        const { casesWith: a, casesWithout: b, othersWith: c, othersWithout: d } = cells;
        const alone = (choose(a + b, a) * choose(c + d, c)) / choose(a + b + c + d, a + c);
        const p = fisherExact(cells);
        expect(p).toBeLessThanOrEqual(1);
        expect(p).toBeGreaterThanOrEqual(alone * (1 - 1e-6));
      }),
    );
  });

  it('stays exact enough for large tables', () => {
    expect(logFactorial(170) - logFactorial(169)).toBeCloseTo(Math.log(170), 10);
    expect(logFactorial(100_000) - logFactorial(99_999)).toBeCloseTo(Math.log(100_000), 6);
    expect(fisherExact(table(500, 0, 0, 50_000))).toBeLessThan(1e-300);
    expect(fisherExact(table(500, 500, 50_000, 50_000))).toBeCloseTo(1, 6);
  });
});

describe('holm', () => {
  it('multiplies the smallest by the number of tests, the next by one less, and never falls', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([])).toEqual([]);
  });

  it('never makes a value smaller, nor larger than Bonferroni would', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (values) => {
        for (const [index, adjusted] of holm(values).entries()) {
          expect(adjusted).toBeGreaterThanOrEqual(values[index] ?? 0);
          expect(adjusted).toBeLessThanOrEqual(Math.min(1, (values[index] ?? 0) * values.length) + 1e-12);
        }
      }),
    );
  });
});

describe('liftOf', () => {
  it('divides the risks, and says the least that it may be', () => {
    // Risks 10 of 20 and 5 of 100: ln 10 ± 1.96 √(1/10 − 1/20 + 1/5 − 1/100).
    const { lift, atLeast } = liftOf(table(10, 5, 10, 95));
    expect(lift).toBeCloseTo(10, 9);
    expect(atLeast).toBeCloseTo(Math.exp(Math.log(10) - 1.96 * Math.sqrt(0.24)), 9);
  });

  it('is without bound where nobody without the trait was exposed, and at least something all the same', () => {
    const { lift, atLeast } = liftOf(table(12, 0, 3, 38));
    expect(lift).toBeNull();
    expect(atLeast).toBeGreaterThan(3);
  });
});
