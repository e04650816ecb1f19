// The history on disk. A line is acknowledged when `append` returns: it has been handed to the kernel by then, so that killing
// the harness loses none. Reading forgives one torn line at the very end (never acknowledged) and nothing else.
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type HistoryLine, lineSchema } from './history.ts';

export interface HistoryWriter {
  append(line: HistoryLine): void;
  close(): void;
}

export function openHistory(file: string): HistoryWriter {
  const handle = openSync(file, 'a', 0o600);
  let open = true;
  return {
    append(line) {
      if (open) writeSync(handle, `${JSON.stringify(line)}\n`);
    },
    close() {
      if (!open) return;
      open = false;
      fsyncSync(handle);
      closeSync(handle);
    },
  };
}

export class HistoryError extends Error {
  override name = 'HistoryError';
}

/** Every line, checked. Throws a HistoryError that names file, line and what is wrong with it. */
export async function readHistory(file: string): Promise<{ lines: HistoryLine[]; tornLastLine: boolean }> {
  const lines: HistoryLine[] = [];
  let number = 0;
  let pending: { text: string; problem: string } | null = null;
  const input = createReadStream(file, { encoding: 'utf8' });
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (pending) throw damaged(file, number, pending.problem);
    number += 1;
    const line = parseLine(text);
    if ('problem' in line) pending = { text, problem: line.problem };
    else lines.push(line.line);
  }
  if (pending && !pending.problem.startsWith('not JSON')) throw damaged(file, number, pending.problem);
  return { lines, tornLastLine: pending !== null };
}

export function parseLine(text: string): { line: HistoryLine } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: `not JSON: ${JSON.stringify(text.slice(0, 60))}` };
  }
  const result = lineSchema.safeParse(json);
  if (result.success) return { line: result.data };
  return { problem: `not a line of history, version 1: ${z.prettifyError(result.error).replaceAll('\n', ' ')}` };
}

function damaged(file: string, number: number, problem: string): HistoryError {
  return new HistoryError(
    `${file}, line ${number} is damaged: ${problem}. A history with a hole can't be judged: restore the file, or run the drill again.`,
  );
}
