// Opening what a body contains: gzip, zlib and zip entries by inflating, base64 by decoding, each as a stream into a scan of
// its own. Only the header is our own reading; what follows it is raw deflate, which knows its own end, so several
// containers may follow one another and whatever lies between them is still seen.
import { createInflateRaw } from 'node:zlib';
import type { ContainerKind } from './magic.ts';

/** Where the content goes. */
export interface Sink {
  write(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

export interface Container {
  /** `null` while it wants more; once it has ended, how many of these bytes were its own. */
  feed(bytes: Buffer): Promise<number | null>;
  /** No more bytes will come. */
  close(): Promise<void>;
}

/** What all containers of one response share. */
export interface Limits {
  /** Counts inflated bytes; false when they were one too many. */
  mayInflate(byteCount: number): boolean;
  markPartial(): void;
}

/** Bytes before the deflate stream; `unreadable`: encrypted, by another method, or with an endless name; `none`: chance. */
export type Header = { readonly skipBytes: number } | 'unreadable' | 'none';

const gzipFlag = { headerChecksum: 2, extra: 4, name: 8, comment: 16 } as const;
const zlibDictionaryFlag = 0x20;
const breaks = /\\[nr]|[\\\r\n]/g;
const zipFixedBytes = 30;
const deflateMethod = 8;

export function headerOf(kind: Exclude<ContainerKind, 'base64'>, head: Buffer): Header {
  if (kind === 'zlib') return ((head[1] ?? 0) & zlibDictionaryFlag) === 0 ? { skipBytes: 2 } : 'unreadable';
  return kind === 'gzip' ? gzipHeader(head) : zipHeader(head);
}

/** Four characters of gzip's magic are met by chance in long base64, so its whole header must be there; zip's magic is longer. */
export function headerInBase64(head: Buffer): Header {
  const decoded = Buffer.from(head.toString('latin1').replace(breaks, ''), 'base64');
  return decoded[0] === 0x1f ? gzipHeader(decoded) : { skipBytes: 0 };
}

/** RFC 1952, 2.3. The level and system fields are checked as well: in 40 KB of noise the magic alone is met too often. */
function gzipHeader(head: Buffer): Header {
  if (head.length < 10) return 'none';
  const flags = head.readUInt8(3);
  const system = head.readUInt8(9);
  if (![0, 2, 4].includes(head.readUInt8(8)) || (system > 13 && system !== 255)) return 'none';
  let at = 10;
  if (flags & gzipFlag.extra) at += 2 + (head.length < 12 ? 0 : head.readUInt16LE(10));
  for (const text of [gzipFlag.name, gzipFlag.comment]) {
    if (!(flags & text)) continue;
    const zero = head.indexOf(0, at);
    if (zero < 0) return 'unreadable';
    at = zero + 1;
  }
  return { skipBytes: at + (flags & gzipFlag.headerChecksum ? 2 : 0) };
}

/** The local header of an entry (APPNOTE.TXT 4.3.7). */
function zipHeader(head: Buffer): Header {
  if (head.length < zipFixedBytes) return 'none';
  const encrypted = (head.readUInt16LE(6) & 1) === 1;
  const method = head.readUInt16LE(8);
  if (method === 0 && !encrypted) return 'none';
  if (method !== deflateMethod || encrypted) return 'unreadable';
  return { skipBytes: zipFixedBytes + head.readUInt16LE(26) + head.readUInt16LE(28) };
}

/** One deflate stream after `skipBytes`. Backpressure runs through: one piece of output is scanned before the next is made. */
export function inflating(skipBytes: number, content: Sink, limits: Limits): Container {
  const inflater = createInflateRaw({ chunkSize: 65_536 });
  let skip = skipBytes;
  let ended = false;

  async function read(): Promise<void> {
    let any = false;
    try {
      for await (const piece of inflater as AsyncIterable<Buffer>) {
        any = true;
        if (!limits.mayInflate(piece.length)) return limits.markPartial();
        await content.write(piece);
      }
    } catch (problem) {
      // Damage before the first byte: no container, but bytes that look like the beginning of one.
      if (any || isCutOff(problem)) limits.markPartial();
    } finally {
      await content.end();
      ended = true;
    }
  }
  const reading = read();
  // The loop above has its errors; this is for one that comes after the loop has left.
  inflater.on('error', () => {});

  return {
    async feed(bytes) {
      const skipped = Math.min(skip, bytes.length);
      skip -= skipped;
      const rest = bytes.subarray(skipped);
      if (rest.length === 0) return null;
      const before = inflater.bytesWritten;
      await Promise.race([new Promise((resolve) => inflater.write(rest, resolve)), reading]);
      const taken = inflater.bytesWritten - before;
      if (!ended && taken === rest.length) return null;
      await reading;
      return skipped + taken;
    },
    async close() {
      if (!ended) inflater.end();
      await reading;
    },
  };
}

function isCutOff(problem: unknown): boolean {
  return problem instanceof Error && 'code' in problem && problem.code === 'Z_BUF_ERROR';
}

const notBase64 = /[^A-Za-z0-9+/_\\\r\n-]/;

/** The run of base64 from here on, line breaks allowed; it ends with the first character of another kind. */
export function decoding(content: Sink): Container {
  let carried = '';
  async function decode(text: string, last: boolean): Promise<void> {
    // A backslash at the end may be the first half of an escaped line break.
    const half = !last && text.endsWith('\\') ? 1 : 0;
    const chars = text.slice(0, text.length - half).replace(breaks, '');
    const whole = last ? chars.length : chars.length - (chars.length % 4);
    carried = chars.slice(whole) + text.slice(text.length - half);
    if (whole > 0) await content.write(Buffer.from(chars.slice(0, whole), 'base64'));
    if (last) await content.end();
  }
  return {
    async feed(bytes) {
      const text = bytes.toString('latin1');
      const stop = text.search(notBase64);
      await decode(carried + (stop < 0 ? text : text.slice(0, stop)), stop >= 0);
      return stop < 0 ? null : stop;
    },
    close: () => decode(carried, true),
  };
}
