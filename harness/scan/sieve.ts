// The fast search of the Node engine: a table of all pairs of bytes that stand in a pattern, looked up at every third
// place. Each pattern puts three neighbouring pairs into it, so wherever it begins, one of them is struck, and once only.
//
//     . . z q x j . . .      pairs in the table: zq qx xj
//     ^     ^     ^          places looked at: here qx is struck, one place after the beginning
//
// The cost depends neither on the number of patients nor on that of patterns, only on how often text strikes a pair by chance.
import type { Candidate, Pattern } from './pattern.ts';

export const sieveStride = 3;

export interface Sieve<Meaning> {
  /** The next place from `from` on, in steps of `sieveStride`, where a pair is struck; `to` or a little more when none is. */
  nextStrike(bytes: Uint8Array, from: number, to: number): number;
  /** The patterns that stand, whole, around the place that was struck: almost always none. */
  patternsAt(bytes: Uint8Array, place: number): readonly Candidate<Meaning>[];
}

/** A candidate and, for each place of its pattern, which bytes may stand there. */
interface Compiled<Meaning> extends Candidate<Meaning> {
  readonly allowed: readonly Uint8Array[];
  /** The place looked at first, where chance is least likely to agree: the line break, if there is one. */
  readonly telling: number;
}

export function createSieve<Meaning>(patterns: readonly Pattern<Meaning>[]): Sieve<Meaning> {
  const struck = new Uint8Array(0x10000);
  const compiled = new Map<number, Compiled<Meaning>[]>();
  for (const pattern of patterns) {
    const allowed = pattern.classes.map(byteSet);
    const first = bestWindow(pattern);
    const telling = pattern.lineBreak.to > 0 ? pattern.lineBreak.from : pattern.classes.length - 1;
    for (let back = first; back < first + sieveStride; back++) {
      const one = { pattern, back, allowed, telling };
      for (const pair of pairsAt(pattern, back)) {
        struck[pair] = 1;
        compiled.set(pair, [...(compiled.get(pair) ?? []), one]);
      }
    }
  }
  return {
    nextStrike(bytes, from, to) {
      const last = Math.min(to, bytes.length - 1);
      let at = from;
      while (at < last && struck[((bytes[at] as number) << 8) | (bytes[at + 1] as number)] === 0) at += sieveStride;
      return at;
    },
    patternsAt(bytes, place) {
      const possible = compiled.get(((bytes[place] ?? 0) << 8) | (bytes[place + 1] ?? 0)) ?? [];
      return possible.filter((one) => stands(one, bytes, place - one.back));
    },
  };
}

function byteSet(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const character of characters) set[character.charCodeAt(0)] = 1;
  return set;
}

function stands({ allowed, telling }: Compiled<unknown>, bytes: Uint8Array, at: number): boolean {
  // A place before the beginning or behind the end holds no byte, and no set allows that.
  if (allowed[telling]?.[bytes[at + telling] ?? -1] !== 1) return false;
  for (let place = 0; place < allowed.length; place++) {
    if (allowed[place]?.[bytes[at + place] ?? -1] !== 1) return false;
  }
  return true;
}

function pairsAt(pattern: Pattern<unknown>, place: number): readonly number[] {
  const seconds = [...(pattern.classes[place + 1] ?? '')];
  return [...(pattern.classes[place] ?? '')].flatMap((first) =>
    seconds.map((second) => (first.charCodeAt(0) << 8) | second.charCodeAt(0)),
  );
}

/** The three neighbouring pairs with the fewest spellings, none of them a line break by itself: those are everywhere. */
function bestWindow(pattern: Pattern<unknown>): number {
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let first = 0; first + sieveStride < pattern.classes.length; first++) {
    let cost = 0;
    for (let place = first; place < first + sieveStride; place++) cost += pairCost(pattern, place);
    if (cost < bestCost) [best, bestCost] = [first, cost];
  }
  if (best < 0) {
    throw new Error(
      `pattern ${pattern.classes.join(' ')} has no ${sieveStride} neighbouring pairs outside a line break: the sieve would miss it; make it longer`,
    );
  }
  return best;
}

function pairCost(pattern: Pattern<unknown>, place: number): number {
  const { from, to } = pattern.lineBreak;
  if (place >= from && place + 1 < to) return Number.POSITIVE_INFINITY;
  return pairsAt(pattern, place).length;
}
