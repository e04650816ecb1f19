// Which of a cache's entries a hostile hand would exchange: two of one kind, of different owners. The kind is the key without its
// ids; whose an entry is says the first id in its key, or else the patient that its value names.

const idShape = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const patientShape = new RegExp(`"patientId":"(${idShape.source})"`);
const pairCountMax = 500;

/** `session:<hash>` is of kind `session`, `history:2:<id>:7` of kind `history:2`. */
function kindOf(key: string): string {
  const words = key.split(':');
  const firstId = words.findIndex((word, index) => index > 0 && (idShape.test(word) || word.length >= 20));
  return words.slice(0, firstId < 0 ? 1 : firstId).join(':');
}

function ownerOf(key: string, value: string): string | undefined {
  return idShape.exec(key)?.[0] ?? patientShape.exec(value)?.[1];
}

/** Pairs of keys; no key is in two. */
export function pairsToSwap(entries: readonly (readonly [key: string, value: string])[]): readonly [string, string][] {
  const waiting = new Map<string, { readonly key: string; readonly owner: string }>();
  const pairs: [string, string][] = [];
  for (const [key, value] of entries) {
    if (pairs.length >= pairCountMax) break;
    const owner = ownerOf(key, value);
    if (owner === undefined) continue;
    const kind = kindOf(key);
    const other = waiting.get(kind);
    if (other === undefined) waiting.set(kind, { key, owner });
    else if (other.owner !== owner) {
      pairs.push([other.key, key]);
      waiting.delete(kind);
    }
  }
  return pairs;
}
