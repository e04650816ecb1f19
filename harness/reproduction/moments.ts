// The moments of a trial: what began together, and how long after what came before it. A program that says a trial again holds on to
// these and not to the clock, for a sign-in that takes longer there would let what had come one after another come at once.

interface Begun {
  readonly actor?: string;
  /** After the load's beginning. */
  readonly atMs: number;
}

/** What began within so short a time began together, for timers are no more exact than that. */
const togetherMs = 2;

export interface Moment {
  /** So many begin then, together, once all of them have come. */
  readonly parties: number;
  /** Of the first of them. */
  readonly atMs: number;
  /** After the moment before it. */
  readonly gapMs: number;
}

/** In order of time, each with the number of its moment. One actor can't begin two things at once. */
export function inMoments<T extends Begun>(
  begun: readonly T[],
): { readonly begun: readonly (T & { readonly moment: number })[]; readonly moments: readonly Moment[] } {
  const inOrder = begun.toSorted((one, other) => one.atMs - other.atMs);
  const groups: { readonly atMs: number; readonly actors: Set<string> }[] = [];
  const placed = inOrder.map((each) => {
    const { atMs, actor = 'admin' } = each;
    const last = groups.at(-1);
    if (last && atMs - last.atMs <= togetherMs && !last.actors.has(actor)) last.actors.add(actor);
    else groups.push({ atMs, actors: new Set([actor]) });
    return { ...each, moment: groups.length - 1 };
  });
  const moments = groups.map(({ atMs, actors }, at): Moment => {
    const before = groups[at - 1];
    return { parties: actors.size, atMs, gapMs: before ? atMs - before.atMs : Math.max(0, atMs) };
  });
  return { begun: placed, moments };
}
