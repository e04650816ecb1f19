// A program is written in one way after another until it leaks when it is run, so that it is handed out as one that does, or as one that
// does not.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProgramInput } from '../reproduction/repro-program.ts';
import { type AloneInput, runAlone } from './run-alone.ts';

/** A kind of program. */
export interface Kind {
  readonly file: string;
  readonly command: readonly [string, ...string[]];
  /** How often it is run until it leaks. */
  readonly tries: number;
  text(input: ProgramInput): string | null;
  /** Why there may be none. */
  readonly lacks: string;
}

/** One way to write a program. */
export interface Way {
  readonly program: ProgramInput;
  /** Of those who sign in by it, by name. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** What was there before is of an earlier plan, and stays. */
export const interrupted = (file: string): string =>
  `${path.basename(file)} was not written: it was interrupted. The same command does it${existsSync(file) ? '; what is there is of an earlier time' : ''}.`;

interface Made {
  readonly isThere: boolean;
  readonly told: string;
  /** By which it leaked. */
  readonly way?: Way;
}

/** Leaves the first in the file if none leaks. */
export async function firstThatLeaks(
  kind: Kind,
  file: string,
  ways: AsyncIterable<Way>,
  trying: AloneInput,
): Promise<Made> {
  let first: { readonly text: string; readonly words: string } | undefined;
  let why = kind.lacks;
  for await (const way of ways) {
    if (first !== undefined && (trying.signal.aborted || trying.spent())) break;
    const text = kind.text(way.program);
    if (text === null) break;
    const stands = [...way.secrets].find(([, secret]) => text.includes(secret));
    if (stands) {
      why = `a secret (${stands[0]}) would have stood in it`;
      break;
    }
    if (trying.signal.aborted) return { isThere: false, told: interrupted(file) };
    writeFileSync(file, text);
    const ran = await runAlone([...kind.command, file], kind.tries, trying);
    if (ran.kind === 'leaked')
      return { isThere: true, told: `${kind.file} was run alone, and leaked${ran.words}.`, way };
    if (ran.kind === 'interrupted' && first === undefined)
      return { isThere: true, told: `${kind.file} was not run to its end: it was interrupted.` };
    if (ran.kind === 'silent') first ??= { text, words: ran.words };
  }
  if (first === undefined) {
    rmSync(file, { force: true });
    return { isThere: false, told: `There is no ${kind.file}: ${why}.` };
  }
  writeFileSync(file, first.text);
  return {
    isThere: true,
    told: `${kind.file} was run alone and did NOT show the leak (${first.words}); \`crosstalk confirm\` plays the plan itself.`,
  };
}
