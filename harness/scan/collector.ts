// What one scan has found: each distinct canary in each way of writing once, with its first place and a count; a bounded
// number of them. Every token passes through here, so this is also where the checksum decides. Safe inside k6.
import { decodeCanary } from '../../fixtures/canary.ts';
import type { Canary } from '../../fixtures/domain.ts';
import type { Sighting } from '../history.ts';

export interface ScanResult {
  readonly sightings: readonly Sighting[];
  /** A limit was reached or something could not be opened: absence proves nothing. */
  readonly partial: boolean;
  /** Whole tokens by the look of them that failed the checksum: cut, transcoded or forged. */
  readonly damagedCount: number;
}

export interface Collector {
  /** True when the letters are a canary. */
  found(letters: string, where: string, encoding: string, offset: number, count?: number): boolean;
  markPartial(): void;
  result(): ScanResult;
}

/**
 * Tokens already decoded, here or in an earlier scan: in k6 a checksum takes 0.1 ms, and a session meets its own tokens
 * over and over. A memory of a pure function: it changes no result.
 */
const decoded = new Map<string, Canary | null>();
const decodedMax = 512;
const onlyLetters = /^[a-z]+$/i;

export function createCollector(sightingsMax: number): Collector {
  const sightings = new Map<string, Sighting>();
  const owners = new Set<string>();
  let partial = false;
  let damagedCount = 0;
  /** However long a list is, one of each owner on it is kept; of so many owners, that no more than twice the limit is. */
  const isNewOwner = (canary: Canary): boolean => owners.size < sightingsMax && !owners.has(ownerOf(canary));

  return {
    found(letters, where, encoding, offset, count = 1) {
      const canary = decode(letters);
      if (!canary) {
        if (onlyLetters.test(letters)) damagedCount += count;
        return false;
      }
      const key = `${letters.toLowerCase()} ${encoding} ${where}`;
      const known = sightings.get(key);
      if (known) {
        known.count += count;
        known.offset = Math.min(known.offset, offset);
      } else if (sightings.size < sightingsMax || isNewOwner(canary)) {
        partial ||= sightings.size >= sightingsMax;
        owners.add(ownerOf(canary));
        sightings.set(key, { ...canary, where, offset, encoding, count });
      } else {
        partial = true;
      }
      return true;
    },
    markPartial() {
      partial = true;
    },
    result: () => ({ sightings: [...sightings.values()], partial, damagedCount }),
  };
}

const ownerOf = ({ run, owner }: Canary): string => `${run} ${owner}`;

function decode(letters: string): Canary | null {
  const known = decoded.get(letters);
  if (known !== undefined) return known;
  if (decoded.size >= decodedMax) decoded.clear();
  const canary = decodeCanary(letters);
  decoded.set(letters, canary);
  return canary;
}

/** Distinct sightings kept of one response; a page of 50 consultations has fewer than 256. */
export const sightingsMaxDefault = 256;
