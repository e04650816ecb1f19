// Reads one HTTP/1.1 answer out of a connection's bytes and leaves the rest (RFC 9112, section 6): by length, in chunks, or none.
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { OriginAnswer } from '../edge-transport.ts';

const headBytesMax = 64 * 1024;
const headEnd = '\r\n\r\n';
const lineEnd = '\r\n';

export interface AnswerReader {
  /** Takes what it needs and answers what is left over; throws for what is no answer. */
  take(bytes: Buffer): Buffer;
  whole(): boolean;
  answer(): OriginAnswer | undefined;
}

interface Head {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

function parseHead(text: string): Head {
  const [statusLine = '', ...lines] = text.split(lineEnd);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  if (!(status >= 100)) throw new Error('what came is no answer');
  const headers: IncomingHttpHeaders = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    if (name === 'set-cookie') headers[name] = [...(headers[name] ?? []), value];
    else headers[name] = value;
  }
  return { status, headers };
}

/** Nobody looks at how much the reader of the answer has taken yet: what an app of the clinic answers is small. */
export function readAnswer(method: string): AnswerReader {
  let answer: OriginAnswer | undefined;
  let whole = false;
  /** Of the body or of its current chunk; undefined: the next line says. */
  let leftBytes: number | undefined;
  let chunked = false;

  function end(): void {
    whole = true;
    answer?.push(null);
  }

  function begin({ status, headers }: Head): void {
    answer = Object.assign(new Readable({ read() {} }), { statusCode: status, headers });
    chunked = headers['transfer-encoding'] === 'chunked';
    leftBytes = chunked ? undefined : Number(headers['content-length'] ?? 0);
    if (method === 'HEAD' || status === 204 || status === 304 || leftBytes === 0) end();
  }

  /** Undefined when more bytes are needed. */
  function step(bytes: Buffer): Buffer | undefined {
    if (answer === undefined) {
      const at = bytes.indexOf(headEnd);
      if (at < 0 && bytes.length > headBytesMax) throw new Error(`the head is larger than ${headBytesMax} bytes`);
      if (at < 0) return undefined;
      begin(parseHead(bytes.toString('latin1', 0, at)));
      return bytes.subarray(at + headEnd.length);
    }
    if (leftBytes === undefined) return stepIntoChunk(bytes);
    if (bytes.length === 0) return undefined;
    const taken = bytes.subarray(0, leftBytes);
    answer.push(Buffer.from(taken));
    leftBytes -= taken.length;
    if (leftBytes === 0 && chunked) leftBytes = undefined;
    else if (leftBytes === 0) end();
    return bytes.subarray(taken.length);
  }

  /** A chunk's size stands on a line of its own, after the line end of the chunk before. */
  function stepIntoChunk(bytes: Buffer): Buffer | undefined {
    const from = bytes.toString('latin1', 0, 2) === lineEnd ? 2 : 0;
    const at = bytes.indexOf(lineEnd, from);
    if (at < 0) return undefined;
    const sizeBytes = Number.parseInt(bytes.toString('latin1', from, at), 16);
    if (!(sizeBytes >= 0)) throw new Error('a chunk has no size');
    if (sizeBytes > 0) leftBytes = sizeBytes;
    else if (bytes.length < at + headEnd.length) return undefined;
    else end();
    return bytes.subarray(at + (sizeBytes > 0 ? lineEnd : headEnd).length);
  }

  return {
    take(bytes) {
      let rest = bytes;
      while (!whole) {
        const next = step(rest);
        if (next === undefined) break;
        rest = next;
      }
      return rest;
    },
    whole: () => whole,
    answer: () => answer,
  };
}
