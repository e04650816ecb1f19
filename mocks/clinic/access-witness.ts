// Looks at a body while it goes by, in bounded memory: its size, its hash, and every UUID in it, also inside a zip's members. What is
// personal in the clinic always stands beside an id, so the ids tell whose it was.
import { createHash, type Hash } from 'node:crypto';
import { unzipSync } from 'fflate';

const uuidShape = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const uuidLength = 36;
const uuidCountMax = 2_000;
const zipBytesMax = 32 * 1024 * 1024;
const memberBytesMax = 64 * 1024 * 1024;
const zipBeginning = 'PK\x03\x04';

export interface Witnessed {
  readonly bytes: number;
  readonly sha256: string;
  readonly uuids: readonly string[];
  /** SHA-256 of each of a zip's members. */
  readonly members: readonly string[];
}

export interface Witness {
  see(chunk: Buffer): void;
  /** What was seen so far. */
  account(): Witnessed;
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Throws where the members are too large, or it is no whole zip. */
function membersOf(zip: Uint8Array): ReadonlyMap<string, Uint8Array> {
  let sizeBytes = 0;
  const members = unzipSync(zip, {
    filter({ originalSize }) {
      sizeBytes += originalSize;
      if (sizeBytes > memberBytesMax) throw new Error(`the zip's members are larger than ${memberBytesMax} bytes`);
      return true;
    },
  });
  return new Map(Object.entries(members));
}

export function createWitness(): Witness {
  const hash: Hash = createHash('sha256');
  const uuids = new Set<string>();
  let bytes = 0;
  let tail = '';
  let zip: Buffer[] | undefined;

  function find(text: string): void {
    for (const [uuid] of text.matchAll(uuidShape)) if (uuids.size < uuidCountMax) uuids.add(uuid.toLowerCase());
  }

  function lookIntoZip(): readonly string[] {
    if (zip === undefined) return [];
    try {
      const members = membersOf(Buffer.concat(zip));
      for (const [name, content] of members) find(`${name}\n${Buffer.from(content).toString('latin1')}`);
      return [...members.values()].map(sha256Of);
    } catch {
      // A zip that was cut shows no more than the names that went by in plain bytes.
      return [];
    }
  }

  return {
    see(chunk) {
      if (bytes === 0 && chunk.toString('latin1', 0, zipBeginning.length) === zipBeginning) zip = [];
      hash.update(chunk);
      bytes += chunk.length;
      const text = tail + chunk.toString('latin1');
      find(text);
      tail = text.slice(-(uuidLength - 1));
      if (bytes <= zipBytesMax) zip?.push(chunk);
    },
    account() {
      const members = lookIntoZip();
      return { bytes, sha256: hash.copy().digest('hex'), uuids: [...uuids], members };
    },
  };
}
