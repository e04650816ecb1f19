// How hard a run looked at one place, told so that another run can be set against it: a fault's window goes by the kind of the fault,
// for its id has its number in the schedule.
import type { CoverageRow, Verdict } from '../harness/verdict.ts';
import { count } from './text.ts';

export interface Looked {
  readonly opportunities: number;
  readonly floor: number;
}

/** What a run must have had somewhere if it passed: fewer chances than that prove nothing, whatever the drill asked for. */
const fewest = 20;

/** A run that broke down before it looked at anything proves nothing. */
export const ranOf = ({ verdict }: Verdict): boolean => verdict !== 'ERROR';

/** Null where there is no such row. Of several windows of one kind of fault, the one with the most chances. */
export function opportunitiesIn(verdict: Verdict, kind: CoverageRow['kind'], name: string): Looked | null {
  const rows = verdict.coverage.rows.filter((row) => row.kind === kind && placeOf(verdict, row) === name);
  return rows.reduce<Looked | null>(
    (most, row) => (most === null || row.opportunities > most.opportunities ? row : most),
    null,
  );
}

/** The name of a row that is the same in another run. A fault that did not bite opened no window. */
export function placeOf({ faults }: Verdict, { kind, name }: Pick<CoverageRow, 'kind' | 'name'>): string | null {
  if (kind !== 'window') return name;
  const fault = faults.find(({ id }) => id === name);
  if (fault === undefined) return name;
  return fault.bit ? fault.kind : null;
}

/** Null: the later run looked hard enough. A PASS has looked as hard as its drill asks; any other, as hard as the earlier run. */
export function shortfall(before: Looked | null, after: Looked | null, { verdict }: Verdict): string | null {
  const had = before?.opportunities ?? 0;
  const has = after?.opportunities ?? 0;
  const needed = verdict === 'PASS' ? Math.max(after?.floor ?? 0, Math.min(had, fewest)) : had;
  if (after !== null && has >= Math.max(1, needed)) return null;
  return `${count(has)} independent opportunities, ${count(had)} before`;
}
