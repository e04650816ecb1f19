// Delta debugging (Zeller and Hildebrandt, 2002): of a set of things, a part from which none can be taken away any more. Halves are
// tried before quarters, so what is far too large is small soon.

/** Whether the outcome stays when just these are left. Never asked of all, nor of the same set twice in a row. */
export type Still<T> = (left: readonly T[]) => Promise<boolean>;

/** In the order given. Tries none at all first: often nothing of it mattered. */
export async function minimise<T>(all: readonly T[], still: Still<T>): Promise<readonly T[]> {
  if (all.length === 0 || (await still([]))) return [];
  let left = all;
  let parts = 2;
  while (left.length >= 2) {
    const chunks = chunksOf(left, Math.min(parts, left.length));
    const smaller = await firstThat(chunks, left, still);
    if (smaller) {
      left = smaller.left;
      parts = smaller.isChunk ? 2 : Math.max(parts - 1, 2);
    } else if (parts >= left.length) {
      break;
    } else {
      parts = Math.min(parts * 2, left.length);
    }
  }
  return left;
}

async function firstThat<T>(
  chunks: readonly (readonly T[])[],
  left: readonly T[],
  still: Still<T>,
): Promise<{ readonly left: readonly T[]; readonly isChunk: boolean } | null> {
  for (const chunk of chunks) if (await still(chunk)) return { left: chunk, isChunk: true };
  // Of two, the complement of one is the other.
  if (chunks.length === 2) return null;
  for (const chunk of chunks) {
    const rest = left.filter((item) => !chunk.includes(item));
    if (await still(rest)) return { left: rest, isChunk: false };
  }
  return null;
}

function chunksOf<T>(items: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, chunk) =>
    items.slice(Math.floor((chunk * items.length) / count), Math.floor(((chunk + 1) * items.length) / count)),
  );
}
