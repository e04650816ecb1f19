// A pattern is the beginning of something worth finding, as it stands in the bytes: one set of characters to each place.
// From patterns are made both ways to search, Node's sieve and k6's needles. Safe inside k6.

export interface Pattern<Meaning> {
  /** `['zZ', 'qQ']` stands for zq, zQ, Zq and ZQ. Characters are bytes: none is above U+00FF. */
  readonly classes: readonly string[];
  /** Place of the two neighbouring characters by which k6 searches: the rarest with the fewest spellings. */
  readonly needleAt: number;
  /** Places of a line break that was put in; empty when `from` equals `to`. */
  readonly lineBreak: { readonly from: number; readonly to: number };
  readonly meaning: Meaning;
}

export function pattern<Meaning>(meaning: Meaning, needleAt: number, classes: readonly string[]): Pattern<Meaning> {
  return { classes, needleAt, lineBreak: { from: 0, to: 0 }, meaning };
}

/** The ways in which a line ends, bare and escaped in a JSON text. */
const lineBreaks = ['\n', '\r\n', '\\n', '\\r\\n'];

/** The pattern, and each of its spellings with one line break inside. */
export function withLineBreaks<Meaning>(whole: Pattern<Meaning>): readonly Pattern<Meaning>[] {
  const broken = lineBreaks.flatMap((lineBreak) =>
    whole.classes.slice(1).map((_, index) => breakBefore(whole, index + 1, lineBreak)),
  );
  return [whole, ...broken];
}

function breakBefore<Meaning>(whole: Pattern<Meaning>, place: number, lineBreak: string): Pattern<Meaning> {
  return {
    classes: [...whole.classes.slice(0, place), ...lineBreak, ...whole.classes.slice(place)],
    needleAt: place <= whole.needleAt ? whole.needleAt + lineBreak.length : whole.needleAt,
    lineBreak: { from: place, to: place + lineBreak.length },
    meaning: whole.meaning,
  };
}

export function matchesAt(classes: readonly string[], text: string, at: number): boolean {
  if (at < 0 || at + classes.length > text.length) return false;
  for (let place = 0; place < classes.length; place++) {
    if (!classes[place]?.includes(text.charAt(at + place))) return false;
  }
  return true;
}

/** Where a pattern begins in relation to the spot at which the search struck. */
export interface Candidate<Meaning> {
  readonly pattern: Pattern<Meaning>;
  readonly back: number;
}
