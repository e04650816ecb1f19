// A program is written in one way after another until it leaks when it is run, so that it is handed out as one that does, or as one that
// does not.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProgramInput } from '../reproduction/repro-program.ts';
import { type Alone, type AloneInput, runAlone } from './run-alone.ts';

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
  `${path.basename(file)} was not tried to its end, for it was interrupted, and is not handed out untried. The same command does it${existsSync(file) ? '; what is there is of an earlier time' : ''}.`;

interface Made {
  readonly isThere: boolean;
  readonly told: string;
  /** By which it leaked. */
  readonly way?: Way;
}

/** Under another name: a program of before, which leaked, stays until there is one in its place. */
async function runText(kind: Kind, file: string, text: string, trying: AloneInput): Promise<Alone> {
  const tried = path.join(path.dirname(file), `trying-${kind.file}`);
  writeFileSync(tried, text);
  try {
    return await runAlone([...kind.command, tried], kind.tries, trying);
  } finally {
    rmSync(tried, { force: true });
  }
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
    const ran = trying.signal.aborted ? ({ kind: 'interrupted' } as const) : await runText(kind, file, text, trying);
    if (ran.kind === 'leaked') {
      writeFileSync(file, text);
      return { isThere: true, told: `${kind.file} was run alone, and leaked${ran.words}.`, way };
    }
    if (ran.kind === 'interrupted' && first === undefined)
      return { isThere: existsSync(file), told: interrupted(file) };
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
