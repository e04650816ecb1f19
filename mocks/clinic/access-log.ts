// The clinic's own record of what it gave out (`--access-log FILE`): one JSON line an answer, written before the answer's last byte
// leaves, by whichever process gives it. Together with the truth (truth.ts) it tells of each byte whose it was, with no canary's help.
import { openSync, writeSync } from 'node:fs';
import type { Witnessed } from './access-witness.ts';

/** An answer of the edge. */
export interface AnswerLine extends Witnessed {
  readonly kind: 'answer';
  readonly requestId: string;
  /** The edge's own span, where the request was part of a trace. */
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly at: string;
  readonly method: string;
  /** Without its query, which may hold a signature. */
  readonly path: string;
  readonly status: number;
  readonly cache: 'hit' | 'miss' | 'bypass';
  /** The instance that made it, and the SHA-256 of the whole stored file that its media came from. */
  readonly node: string | null;
  readonly served: string | null;
  /** False where the answer was cut: then the rest of the line is about what had gone out. */
  readonly whole: boolean;
}

/** A message that the mail provider took. */
export interface MailLine extends Witnessed {
  readonly kind: 'mail';
  readonly messageId: string;
  readonly at: string;
  readonly to: string;
}

export interface AccessLog {
  write(line: AnswerLine | MailLine): void;
}

/** Several processes may append to one file: each line is one write. */
export function openAccessLog(file: string): AccessLog {
  const descriptor = openSync(file, 'a');
  return {
    write(line) {
      writeSync(descriptor, `${JSON.stringify(line)}\n`);
    },
  };
}
