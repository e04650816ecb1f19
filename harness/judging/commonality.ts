// What the exposed have in common: which traits set the exposed requests, owners and viewers of one finding apart from those
// that might have been exposed and were not. Pure counting; what traits there are, `exposed-traits.ts` says.
//
// The strongest comes first: the one that accounts for the largest share of the exposed, as epidemiologists reckon it. (Nine tenths
// of them have it, and it multiplies the risk by ten: without it, nine tenths of nine tenths would not have come about.)

import type { Commonality, CommonTrait } from '../verdict.ts';
import { fisherExact, holm, liftOf, type Table } from './exact-test.ts';

export type ComparedKind = CommonTrait['of'];

/** One request, owner or viewer, with all that is known of it. */
export interface Compared {
  readonly exposed: boolean;
  readonly traits: ReadonlySet<string>;
}

export const rowsMax = 8;
/** With fewer on either side no table of theirs can say anything. */
const comparedMin = 3;
const significance = 0.05;
/** Where nothing is sure: what may be chance, by its `pAdjusted`, and is better than nothing for who must look somewhere. */
const hintsMax = 2;
/** Node and version names come from the target: beyond so many traits the rest are left out. */
const traitsMax = 400;
/** From here on two traits are held by the same ones. */
const nearly = 0.9;

interface Row extends CommonTrait {
  readonly members: ReadonlySet<number>;
  readonly exposedMembers: ReadonlySet<number>;
  readonly weight: number;
}

export function commonality(compared: Readonly<Record<ComparedKind, readonly Compared[]>>): Commonality {
  const rows: Row[] = [];
  for (const of of ['request', 'owner', 'viewer'] as const) rows.push(...rowsOf(of, compared[of]));
  const adjusted = holm(rows.map(({ p }) => p));
  const likely = rows
    .map((row, index) => ({ ...row, pAdjusted: adjusted[index] ?? 1 }))
    .filter(({ p, weight }) => p < significance && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.p - b.p || (a.trait < b.trait ? -1 : 1));
  const sure = toldOnce(likely.filter(({ pAdjusted }) => pAdjusted < significance));
  const counts = (of: ComparedKind) => {
    const exposed = compared[of].filter((one) => one.exposed).length;
    return { exposed, others: compared[of].length - exposed };
  };
  return {
    traitsTried: rows.length,
    correction: 'Holm',
    compared: { requests: counts('request'), owners: counts('owner'), viewers: counts('viewer') },
    rows: sure.length > 0 ? sure.slice(0, rowsMax) : toldOnce(likely).slice(0, hintsMax),
  };
}

/** Traits that all have, or none, tell nothing and are not counted as tried. */
function rowsOf(of: ComparedKind, compared: readonly Compared[]): Row[] {
  const exposed = compared.filter((one) => one.exposed).length;
  const others = compared.length - exposed;
  if (exposed < comparedMin || others < comparedMin) return [];
  const members = new Map<string, Set<number>>();
  for (const [index, { traits }] of compared.entries()) {
    for (const trait of traits) {
      const known = members.get(trait);
      if (known !== undefined) known.add(index);
      else if (members.size < traitsMax) members.set(trait, new Set([index]));
    }
  }
  return [...members].flatMap(([trait, held]) => {
    if (held.size === compared.length) return [];
    const exposedMembers = new Set([...held].filter((index) => compared[index]?.exposed));
    const table: Table = {
      casesWith: exposedMembers.size,
      casesWithout: exposed - exposedMembers.size,
      othersWith: held.size - exposedMembers.size,
      othersWithout: others - (held.size - exposedMembers.size),
    };
    const { lift, reckoned, atLeast } = liftOf(table);
    return {
      of,
      trait,
      exposedWith: table.casesWith,
      exposed,
      othersWith: table.othersWith,
      others,
      lift,
      liftAtLeast: atLeast,
      p: fisherExact(table),
      pAdjusted: 1,
      members: held,
      exposedMembers,
      weight: (table.casesWith / exposed) * (1 - 1 / reckoned),
    };
  });
}

/** Whoever switched a call has attended one: where the stronger row has the same exposed, the weaker that follows from it goes with it. */
function toldOnce(rows: readonly Row[]): CommonTrait[] {
  const kept: { row: Row; implied: string[] }[] = [];
  for (const row of rows) {
    const stronger = kept.find((one) => one.row.of === row.of && follows(row, one.row));
    if (stronger === undefined) kept.push({ row, implied: [] });
    else if (stronger.implied.length < impliedMax) stronger.implied.push(row.trait);
  }
  return kept.map(({ row, implied }) => {
    const { members: _, exposedMembers: __, weight: ___, ...told } = row;
    return { ...told, ...(implied.length > 0 && { implied }) };
  });
}

const impliedMax = 3;

const follows = (weaker: Row, stronger: Row): boolean =>
  shareOf(stronger.members, weaker.members) >= nearly &&
  shareOf(weaker.exposedMembers, stronger.exposedMembers) >= nearly;

/** How much of `some` is in `others`. */
function shareOf(some: ReadonlySet<number>, others: ReadonlySet<number>): number {
  let shared = 0;
  for (const one of some) if (others.has(one)) shared++;
  return some.size === 0 ? 0 : shared / some.size;
}
