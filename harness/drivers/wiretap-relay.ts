// One answer on its way through the wiretap: handed on as it comes, as it is, and read along the way in bounded memory.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { scanHeaders } from '../scan/portable.ts';
import { createScanner } from '../scan/stream.ts';
import { decoded } from './decode.ts';
import type { Answer } from './exchange.ts';

/** What is read of one answer. */
const bodyBytesMax = 268_435_456;

/** RFC 9110, section 7.6.1: between this hop and the next only. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
]);

export const withoutHops = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));

/** What was read of an answer while it passed. */
export type Reading = Pick<Answer, 'bodyBytes' | 'bodySha256' | 'sightings' | 'partial'>;

export const nothingRead: Reading = { bodyBytes: 0, bodySha256: undefined, sightings: [], partial: true };

/** Hands the answer on as it comes, and reads along: neither side can run ahead of the other. */
export async function relay(received: IncomingMessage, answer: ServerResponse): Promise<Reading> {
  answer.writeHead(received.statusCode ?? 502, withoutHops(received.headers));
  answer.flushHeaders();
  const along = new PassThrough();
  const reading = readAlong(along, received.headers['content-encoding']);
  reading.catch(() => {});
  let bodyBytes = 0;
  let whole = true;
  try {
    for await (const chunk of received as AsyncIterable<Buffer>) {
      bodyBytes += chunk.length;
      if (!answer.write(chunk)) await Promise.race([once(answer, 'drain'), once(answer, 'close')]);
      if (answer.destroyed) break;
      if (bodyBytes > bodyBytesMax) whole = false;
      else if (!along.write(chunk) && !along.destroyed) await Promise.race([once(along, 'drain'), reading]);
    }
    whole &&= received.complete;
  } catch {
    whole = false;
  }
  // What broke off is handed on as broken off, else the browser would take the half for the whole.
  if (whole || received.complete) answer.end();
  else answer.destroy();
  along.end();
  const read = await reading;
  return { ...read, bodyBytes, partial: read.partial || !whole };
}

async function readAlong(along: PassThrough, encoding: string | undefined): Promise<Omit<Reading, 'bodyBytes'>> {
  const scanner = createScanner();
  const hash = createHash('sha256');
  let partial = false;
  try {
    for await (const chunk of decoded(along, encoding) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await scanner.write(chunk);
    }
  } catch {
    // Cut off, or not what its header says.
    partial = true;
    along.destroy();
  }
  const scanned = await scanner.end();
  return {
    bodySha256: hash.digest('hex').slice(0, 16),
    sightings: [...scanned.sightings],
    partial: partial || scanned.partial,
  };
}

export function answerOf(received: IncomingMessage | null, read: Reading): Answer {
  const values = (name: string): string[] => [received?.headers[name.toLowerCase()] ?? []].flat();
  const pairs = Object.entries(received?.headers ?? {}).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, one] as const),
  );
  return {
    ...read,
    status: received?.statusCode ?? 0,
    header: (name) => values(name)[0],
    sightings: [...scanHeaders(pairs).sightings, ...read.sightings],
  };
}
