// The Node engine: finds every canary in a body as it streams by, in bounded memory, at a cost that is linear in the bytes
// and has nothing to do with the number of patients. Containers are opened and scanned the same way, to a bounded depth.
//
//     chunk ─► window (what was left of the one before, then the chunk) ─► sieve ─► token ─► collector
//                                                                            └────► container ─► a level of its own
import { type Collector, createCollector, type ScanResult, sightingsMaxDefault } from './collector.ts';
import { type Container, decoding, headerInBase64, headerOf, inflating, type Limits, type Sink } from './containers.ts';
import { type Form, formCharsMax, forms } from './forms.ts';
import { beginsAsZlib, type ContainerKind, containerPatterns } from './magic.ts';
import type { Pattern } from './pattern.ts';
import { createSieve, sieveStride } from './sieve.ts';

export interface ScanOptions {
  readonly where?: string;
  /** Containers within containers. */
  readonly depthMax?: number;
  /** All that the containers of one response may unfold to. */
  readonly inflatedBytesMax?: number;
  readonly sightingsMax?: number;
}

export interface Scanner {
  /** Wait for it before the next: that is what keeps memory bounded. */
  write(chunk: Uint8Array): Promise<void>;
  end(): Promise<ScanResult>;
}

const windowBytesMax = 1_048_576;
/** Attempts to open a container, in all: each costs more than the few bytes it takes to provoke one. */
const openingsMax = 16_384;
/** A pattern is struck at most this far behind its beginning, and read from a little before it. */
const lookBehindBytes = 64;
/** A token or a container's header is read only once this much of what follows is there. */
const lookAheadBytes = formCharsMax + lookBehindBytes;

type Meaning = Form | ContainerKind;
const sieve = createSieve<Meaning>([
  ...forms.flatMap((form) => form.patterns as readonly Pattern<Meaning>[]),
  ...containerPatterns,
]);

export function createScanner(options: ScanOptions = {}): Scanner {
  const collector = createCollector(options.sightingsMax ?? sightingsMaxDefault);
  let inflatedBytesLeft = options.inflatedBytesMax ?? 64 * 1_048_576;
  let openingsLeft = openingsMax;
  const level = createLevel({
    collector,
    where: options.where ?? 'body',
    path: '',
    depthLeft: options.depthMax ?? 3,
    offset: null,
    mayOpen: () => inflatedBytesLeft > 0 && openingsLeft-- > 0,
    mayInflate(byteCount) {
      inflatedBytesLeft -= byteCount;
      return inflatedBytesLeft >= 0;
    },
    markPartial: collector.markPartial,
  });
  return {
    write: (chunk) => level.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    async end() {
      await level.end();
      return collector.result();
    },
  };
}

export async function scanBuffer(bytes: Uint8Array, options: ScanOptions = {}): Promise<ScanResult> {
  const scanner = createScanner(options);
  await scanner.write(bytes);
  return scanner.end();
}

interface Surroundings extends Limits {
  readonly collector: Collector;
  readonly where: string;
  /** The containers around it, as in `zip>gzip>`. */
  readonly path: string;
  readonly depthLeft: number;
  /** Where the outermost container begins in the body: all that a position inside it means to a reader. */
  readonly offset: number | null;
  mayOpen(): boolean;
}

/** The scan of the body itself, or of what one container holds. */
function createLevel(around: Surroundings): Sink {
  let window: Buffer = Buffer.alloc(0);
  /** Places in the whole: of the window's first byte, and of where the sieve goes on. */
  let windowStart = 0;
  let next = 0;
  let begun = false;
  let container: Container | null = null;
  /** Before this place lie the bytes of a container that was opened, where others only seem to begin. */
  let openFrom = 0;

  async function take(chunk: Buffer, last: boolean): Promise<void> {
    if (container) {
      const taken: number | null = await container.feed(chunk);
      if (taken !== null) {
        container = null;
        openFrom = windowStart + window.length + taken;
      }
    }
    window = window.length === 0 ? chunk : Buffer.concat([window, chunk]);
    const stop = last ? window.length : window.length - lookAheadBytes;
    let place = next - windowStart;
    if (!begun) {
      // A beginning of two bytes decides; with fewer to look at yet, the sieve must not pass it by.
      if (stop <= 1 && !last) return;
      begun = true;
      if (stop > 1 && beginsAsZlib(window[0] ?? 0, window[1] ?? 0)) openFrom = await open('zlib', 0);
    }
    for (;;) {
      place = sieve.nextStrike(window, place, stop);
      if (place >= Math.min(stop, window.length - 1)) break;
      const strike = examine(place);
      if (typeof strike === 'number') {
        place = Math.max(strike, place + sieveStride);
        continue;
      }
      if (strike && windowStart + strike.at >= openFrom) openFrom = await open(strike.kind, strike.at);
      place += sieveStride;
    }
    next = windowStart + place;
    const kept = Math.min(window.length, Math.max(0, place - lookBehindBytes));
    windowStart += kept;
    window = Buffer.from(window.subarray(kept));
  }

  /** What the sieve struck: where the token ends that was found, the container that begins there, or `null`: nothing. */
  function examine(place: number): number | { readonly kind: ContainerKind; readonly at: number } | null {
    const standing = sieve.patternsAt(window, place);
    if (standing.length === 0) return null;
    const textFrom = Math.max(0, place - lookBehindBytes);
    const text = window.toString('latin1', textFrom, place + lookAheadBytes);
    for (const { pattern, back } of standing) {
      const at = place - back - textFrom;
      if (typeof pattern.meaning === 'string') return { kind: pattern.meaning, at: textFrom + at };
      const token = pattern.meaning.read(text, at);
      if (!token) continue;
      const offset = around.offset ?? windowStart + textFrom + token.start;
      // One back: in base64 the next token may begin within this one's last character.
      if (around.collector.found(token.letters, around.where, around.path + pattern.meaning.name, offset))
        return textFrom + token.end - 1;
    }
    return null;
  }

  /** Opens the container that begins at this place of the window and gives it the rest. From where on others may be opened. */
  async function open(kind: ContainerKind, at: number): Promise<number> {
    const here = windowStart + at;
    const head = window.subarray(at, at + lookAheadBytes);
    const header = kind === 'base64' ? headerInBase64(head) : headerOf(kind, head);
    if (header === 'none') return here + 1;
    if (header === 'unreadable' || around.depthLeft === 0 || !around.mayOpen()) {
      around.markPartial();
      return here + 1;
    }
    const content = createLevel({
      ...around,
      path: `${around.path}${kind}>`,
      depthLeft: around.depthLeft - 1,
      offset: around.offset ?? here,
    });
    const opened = kind === 'base64' ? decoding(content) : inflating(header.skipBytes, content, around);
    const taken = await opened.feed(window.subarray(at));
    if (taken !== null) return here + Math.max(1, taken);
    container = opened;
    return Number.POSITIVE_INFINITY;
  }

  return {
    async write(bytes) {
      for (let from = 0; from < bytes.length; from += windowBytesMax) {
        await take(bytes.subarray(from, from + windowBytesMax), false);
      }
    },
    async end() {
      await take(Buffer.alloc(0), true);
      await container?.close();
      container = null;
    },
  };
}
