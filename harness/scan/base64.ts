// A token inside base64 or base64url. It begins at any of three places within a group of three bytes, so there are three
// forms; of a token's own characters none differs between the two alphabets. The case of a letter is one bit, which is why
// four letters in any case need no more than two spellings of a character. Lines may be broken anywhere. Safe inside k6.
import { canaryLetterCount } from '../../fixtures/canary.ts';
import type { Form, Token } from './forms.ts';
import { type Pattern, pattern, withLineBreaks } from './pattern.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The six bits of a character of either alphabet; -1 for any other. */
export function sextetOf(char: string): number {
  if (char === '-') return 62;
  if (char === '_') return 63;
  return char === '' ? -1 : alphabet.indexOf(char);
}

interface Alignment {
  readonly classes: readonly string[];
  readonly needleAt: number;
  /** Bits of the first character that belong to what stands before the token. */
  readonly bitsBefore: number;
}

const alignments: readonly Alignment[] = [
  { bitsBefore: 0, needleAt: 2, classes: ['eW', 'nl', 'F', '4Y', 'aS', 'klmn'] },
  { bitsBefore: 2, needleAt: 4, classes: ['FHVXln13', 'p', 'xR', 'eW', 'EG', 'p'] },
  { bitsBefore: 4, needleAt: 3, classes: ['BFJNRVZdhlptx159', 'a6', 'cU', 'VX', 'h', 'qK'] },
];

export const base64Forms: readonly Form[] = alignments.map(({ classes, needleAt, bitsBefore }) => {
  const form: Form & { patterns: readonly Pattern<Form>[] } = {
    name: 'base64',
    patterns: [],
    read: (text, at) => readBits(text, at, bitsBefore),
  };
  form.patterns = withLineBreaks(pattern<Form>(form, needleAt, classes));
  return form;
});

/** Line breaks and the backslash of `\/` that may stand among the characters of one token. */
const skippedCharsMax = 64;

function readBits(text: string, start: number, bitsBefore: number): Token | null {
  let letters = '';
  let bits = 0;
  let bitCount = -bitsBefore;
  const stop = start + 2 * canaryLetterCount + skippedCharsMax;
  for (let at = start; at < stop; at++) {
    const skipped = breakCharsAt(text, at);
    if (skipped > 0) {
      at += skipped - 1;
      continue;
    }
    const sextet = sextetOf(text.charAt(at));
    if (sextet < 0) return null;
    bits = ((bits << 6) | sextet) & 0x3fff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    letters += String.fromCharCode((bits >> bitCount) & 0xff);
    if (letters.length === canaryLetterCount) return { letters, start, end: at + 1 };
  }
  return null;
}

/** How many characters at this place are no base64 but a line break, bare or escaped, or the escape of a slash. */
function breakCharsAt(text: string, at: number): number {
  const char = text.charAt(at);
  if (char === '\n' || char === '\r') return 1;
  if (char !== '\\') return 0;
  const next = text.charAt(at + 1);
  if (next === 'n' || next === 'r') return 2;
  return next === '/' ? 1 : 0;
}
