// The trace of each operation, by W3C Trace Context: its ids are a pure function of the run and the operation, so every driver sends the
// same ones, and whoever reads the history finds them again. The subtle thing: texts are hashed once a session, for in k6 a hash costs more
// than a request; what follows is mixed by bijections, so that within a session no id comes twice. Safe inside k6.
import { seedOf } from '../fixtures/random.ts';
import { type HashKey, hashText32 } from '../fixtures/siphash.ts';

export interface OperationTrace {
  /** 32 hexadecimal digits, as all of one operation have it. */
  readonly traceId: string;
  /** 16 hexadecimal digits: of 0 the operation itself, of others what is in it. */
  spanIdOf(number: number): string;
}

/** What a request says of itself to the deployment's tracing. */
export interface RequestTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly baggage: string;
}

type Words = readonly [number, number, number, number];

/** Of all operations of the run with that id. */
export function tracesOf(run: string): (operation: string) => OperationTrace {
  const key = keyOf(run);
  let known: { readonly session: string; readonly words: Words } | undefined;
  return (operation) => {
    const [session, number] = numbered(operation);
    if (known?.session !== session) known = { session, words: wordsOf(key, session) };
    const [a, b, c, d] = known.words.map((word) => mixed(word + number)) as unknown as Words;
    const spanIdOf = (span: number): string => hex(mixed(a + span)) + hex(mixed(b + span) || 1);
    return { traceId: hex(a) + hex(b) + hex(c) + hex(d || 1), spanIdOf };
  };
}

/** Percent-encoded, as W3C Baggage wants it. */
export const baggageOf = (run: string): string => `crosstalk.run=${encodeURIComponent(run)}`;

/** Sampled, so that whoever decides by the parent keeps it. */
export const traceparentOf = ({ traceId, spanId }: Pick<RequestTrace, 'traceId' | 'spanId'>): string =>
  `00-${traceId}-${spanId}-01`;

const traceparentShape = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:-|$)/;

/** Null where the text is no `traceparent`. */
export function traceIn(traceparent: string): Pick<RequestTrace, 'traceId' | 'spanId'> | null {
  const [, traceId, spanId] = traceparentShape.exec(traceparent) ?? [];
  return traceId === undefined || spanId === undefined ? null : { traceId, spanId };
}

/** `session/12` as the session and 12. */
function numbered(operation: string): [session: string, number: number] {
  const at = operation.lastIndexOf('/');
  const number = at < 0 ? Number.NaN : Number(operation.slice(at + 1));
  return Number.isInteger(number) ? [operation.slice(0, at), number] : [operation, 0];
}

let lastKey: { readonly run: string; readonly key: HashKey } | undefined;

/** There is one run at a time, and many clients that ask. */
function keyOf(run: string): HashKey {
  if (lastKey?.run !== run) lastKey = { run, key: [seedOf(run, 'trace', 0), seedOf(run, 'trace', 1)] };
  return lastKey.key;
}

/** 64 bits, spread over 128. */
function wordsOf([one, other]: HashKey, session: string): Words {
  const [a, b] = [hashText32([one, other], session), hashText32([other, one], session)];
  return [a, b, mixed(a ^ ~b), mixed(b + one)];
}

/** A bijection of 32-bit words in which each bit depends on all (the finaliser of MurmurHash3, by Austin Appleby, public domain). */
function mixed(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');
