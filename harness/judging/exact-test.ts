// Fisher's exact test of a table of two rows and two columns, and Holm's correction for having looked at many tables.
// Sources: R. A. Fisher, "On the interpretation of χ² from contingency tables", 1922; S. Holm, "A simple sequentially
// rejective multiple test procedure", 1979.

/** Of the cases so many have the trait and so many lack it; of the others likewise. */
export interface Table {
  readonly casesWith: number;
  readonly casesWithout: number;
  readonly othersWith: number;
  readonly othersWithout: number;
}

const tableMax = 170;
const logFactorials: number[] = [0];
for (let n = 1; n < tableMax; n++) logFactorials.push((logFactorials[n - 1] ?? 0) + Math.log(n));

/** ln(n!): summed for small n, by Stirling's series (error below 1e-12) for large. */
export function logFactorial(n: number): number {
  const known = logFactorials[n];
  if (known !== undefined) return known;
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}

/** What two equally likely tables may differ by through rounding. */
const sameLog = 1e-7;

/** Two-sided: the chance, if the trait had nothing to do with it, of this table or any that is no likelier. Counts are whole numbers. */
export function fisherExact({ casesWith, casesWithout, othersWith, othersWithout }: Table): number {
  const cases = casesWith + casesWithout;
  const others = othersWith + othersWithout;
  const withTrait = casesWith + othersWith;
  const fixed =
    logFactorial(cases) +
    logFactorial(others) +
    logFactorial(withTrait) +
    logFactorial(cases + others - withTrait) -
    logFactorial(cases + others);
  const logChance = (k: number): number =>
    fixed -
    logFactorial(k) -
    logFactorial(cases - k) -
    logFactorial(withTrait - k) -
    logFactorial(others - withTrait + k);
  const limit = logChance(casesWith) + sameLog;
  let p = 0;
  for (let k = Math.max(0, withTrait - others); k <= Math.min(cases, withTrait); k++) {
    const log = logChance(k);
    if (log <= limit) p += Math.exp(log);
  }
  return Math.min(1, p);
}

/** Each p-value as Holm adjusts it, in the order given: below 0.05 means that the chance of one false row among all is below 5 %. */
export function holm(values: readonly number[]): number[] {
  const adjusted = values.map(() => 1);
  const order = values.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  let floor = 0;
  for (const [rank, { p, index }] of order.entries()) {
    floor = Math.max(floor, Math.min(1, p * (values.length - rank)));
    adjusted[index] = floor;
  }
  return adjusted;
}

const z95 = 1.96;

export interface Lift {
  /** Risk with the trait over risk without; null: nobody without it was exposed, so there is nothing to divide by. */
  readonly lift: number | null;
  /** The same with half a person added to each cell where one is empty. */
  readonly reckoned: number;
  /** Lower end of its 95 % interval by Katz's logarithm method, reckoned likewise. */
  readonly atLeast: number;
}

export function liftOf(table: Table): Lift {
  const isEmpty = Object.values(table).some((cell) => cell === 0);
  const add = isEmpty ? 0.5 : 0;
  const withTrait = table.casesWith + table.othersWith + 2 * add;
  const without = table.casesWithout + table.othersWithout + 2 * add;
  const ratio = (table.casesWith + add) / withTrait / ((table.casesWithout + add) / without);
  const spread = Math.sqrt(1 / (table.casesWith + add) - 1 / withTrait + 1 / (table.casesWithout + add) - 1 / without);
  return {
    lift: table.casesWithout === 0 ? null : ratio,
    reckoned: ratio,
    atLeast: Math.exp(Math.log(ratio) - z95 * spread),
  };
}
