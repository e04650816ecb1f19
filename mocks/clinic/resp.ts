// The wire format between the apps and the shared cache (RESP2, as Redis speaks it), both ways: commands are arrays of
// bulk strings, so one parser serves client and server. Pure; a half-arrived value is simply kept until the rest comes.

/** An error that the server answered with, as a value: whoever asked decides what it means. */
export class RespError extends Error {
  override name = 'RespError';
}

export type Reply = string | number | null | RespError | readonly Reply[];

const valueBytesMax = 4 * 1024 * 1024;
const lineEnd = Buffer.from('\r\n');

export function encodeCommand(words: readonly string[]): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += `$${Buffer.byteLength(word)}\r\n${word}\r\n`;
  return text;
}

export function encodeReply(reply: Reply | { readonly simple: string }): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (reply instanceof RespError) return `-${reply.message}\r\n`;
  if ('simple' in reply) return `+${reply.simple}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}

interface Parsed {
  readonly value: Reply;
  readonly next: number;
}

function sizeIn(line: string): number {
  const size = Number(line.slice(1));
  if (!Number.isInteger(size) || size < -1 || size > valueBytesMax) {
    throw new Error(`"${line.slice(0, 40)}" announces no size that this clinic's cache can have`);
  }
  return size;
}

/** The value that starts at `start`, or undefined while some of it has yet to arrive. Throws on bytes that are not RESP. */
function parseValue(bytes: Buffer, start: number): Parsed | undefined {
  const end = bytes.indexOf(lineEnd, start);
  if (end < 0) return undefined;
  const line = bytes.toString('utf8', start, end);
  const next = end + 2;
  switch (line[0]) {
    case '+':
      return { value: line.slice(1), next };
    case '-':
      return { value: new RespError(line.slice(1)), next };
    case ':':
      return { value: Number(line.slice(1)), next };
    case '$':
      return parseBulk(bytes, next, sizeIn(line));
    case '*':
      return parseArray(bytes, next, sizeIn(line));
    default:
      throw new Error(`"${line.slice(0, 40)}" is not RESP: the two ends of this connection disagree`);
  }
}

function parseBulk(bytes: Buffer, start: number, size: number): Parsed | undefined {
  if (size < 0) return { value: null, next: start };
  if (bytes.length < start + size + 2) return undefined;
  return { value: bytes.toString('utf8', start, start + size), next: start + size + 2 };
}

function parseArray(bytes: Buffer, start: number, count: number): Parsed | undefined {
  const values: Reply[] = [];
  let next = start;
  while (values.length < count) {
    const parsed = parseValue(bytes, next);
    if (parsed === undefined) return undefined;
    values.push(parsed.value);
    next = parsed.next;
  }
  return { value: values, next };
}

/** A function that takes bytes as they come and gives each value as it is complete. */
export function createRespParser(): (chunk: Buffer) => readonly Reply[] {
  let kept: Buffer = Buffer.alloc(0);
  return (chunk) => {
    kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    const values: Reply[] = [];
    let from = 0;
    for (let parsed = parseValue(kept, from); parsed !== undefined; parsed = parseValue(kept, from)) {
      values.push(parsed.value);
      from = parsed.next;
    }
    kept = kept.subarray(from);
    if (kept.length > valueBytesMax)
      throw new Error(`more than ${valueBytesMax} bytes came without completing a value`);
    return values;
  };
}
