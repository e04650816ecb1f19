// Looks through each distinct body once: within a session the same list comes again and again, and comparing it with the
// last one of its route is free inside k6, while searching it is not. Same bytes, same facts. Safe inside k6.
import { canaryLetterCount } from '../../fixtures/canary.ts';
import type { Exchange } from '../history.ts';
import type { ScanResult } from '../scan/collector.ts';

/** What k6 or a test provides. */
export interface ScanTools {
  scanText(text: string): ScanResult;
  scanBytes(bytes: Uint8Array): ScanResult;
  scanHeaders(headers: Iterable<readonly [string, string]>): ScanResult;
  /** Hexadecimal. Of a text: of its bytes in UTF-8. */
  sha256(data: string | ArrayBuffer): string;
  utf8Bytes(text: string): number;
}

export type Cleared = Pick<Exchange, 'bodyBytes' | 'sightings'> & {
  readonly bodySha256: string | undefined;
  readonly partial: boolean;
};

export interface Clearance {
  /** Lower-cased names. */
  headers(headers: ReadonlyMap<string, string>): Exchange['sightings'];
  body(route: string, body: string | ArrayBuffer): Cleared;
}

/** So many routes' bodies and headers are remembered, and bodies only up to this length. */
const rememberedMax = 64;
const rememberedCharsMax = 262_144;

export function createClearance(tools: ScanTools): Clearance {
  const texts = new Map<string, { readonly text: string; readonly facts: Cleared }>();
  const media = new Map<string, Cleared>();
  const cleanHeaders = new Map<string, string>();

  function ofText(route: string, text: string): Cleared {
    const known = texts.get(route);
    if (known?.text === text) return known.facts;
    const facts = inBytes(text, factsOf(tools.scanText(text), tools.utf8Bytes(text), hashOf(text)));
    if (text.length <= rememberedCharsMax) remember(texts, route, { text, facts });
    return facts;
  }

  function ofBytes(route: string, body: ArrayBuffer): Cleared {
    const hash = hashOf(body);
    const known = media.get(route);
    if (known?.bodySha256 === hash) return known;
    const facts = factsOf(tools.scanBytes(new Uint8Array(body)), body.byteLength, hash);
    remember(media, route, facts);
    return facts;
  }

  /** The scan of a text counts characters, the history counts bytes. */
  function inBytes(text: string, facts: Cleared): Cleared {
    if (facts.bodyBytes === text.length) return facts;
    const sightings = facts.sightings.map((sighting) => ({
      ...sighting,
      offset: tools.utf8Bytes(text.slice(0, sighting.offset)),
    }));
    return { ...facts, sightings };
  }

  const hashOf = (body: string | ArrayBuffer): string => tools.sha256(body).slice(0, 16);

  /** Most headers say the same each time, or are too short for a token in any writing. */
  function ofHeaders(headers: ReadonlyMap<string, string>): Exchange['sightings'] {
    const fresh: [string, string][] = [];
    headers.forEach((value, name) => {
      if (value.length >= canaryLetterCount && cleanHeaders.get(name) !== value) fresh.push([name, value]);
    });
    if (fresh.length === 0) return [];
    const { sightings } = tools.scanHeaders(fresh);
    if (sightings.length === 0) for (const [name, value] of fresh) remember(cleanHeaders, name, value);
    return [...sightings];
  }

  return {
    headers: ofHeaders,
    body: (route, body) => (typeof body === 'string' ? ofText(route, body) : ofBytes(route, body)),
  };
}

function factsOf(scan: ScanResult, bodyBytes: number, bodySha256: string): Cleared {
  return { bodyBytes, bodySha256, sightings: [...scan.sightings], partial: scan.partial };
}

function remember<T>(known: Map<string, T>, name: string, value: T): void {
  if (known.has(name) || known.size < rememberedMax) known.set(name, value);
}
