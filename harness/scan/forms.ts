// The ways in which a token may be written in a body or a header: how each begins, and how to read it. Safe inside k6.
// Left out: a text encoded twice by different means (hex inside base64), quoted-printable line ends, and NHS numbers, which
// name their owner too but carry neither run nor checksum, so that no sighting of one could be told from chance.
import { canaryLetterCount } from '../../fixtures/canary.ts';
import { base64Forms } from './base64.ts';
import { type Pattern, pattern } from './pattern.ts';

/** Letters as read, not yet checked; `end` is exclusive. */
export interface Token {
  readonly letters: string;
  readonly start: number;
  readonly end: number;
}

export interface Form {
  /** The name under which sightings report it. */
  readonly name: string;
  readonly patterns: readonly Pattern<Form>[];
  /** Reads the token whose pattern stands at `at`, or `null` when it does not go on as a token must. */
  read(text: string, at: number): Token | null;
}

/** The longest form (hexadecimal entities, doubly escaped, zero-filled) and the most that stands before a pattern. */
export const formCharsMax = 24 * 18;
export const leadCharsMax = 16;

const lettersAndZeros = new RegExp(`^(?:[a-z]\\0){${canaryLetterCount - 1}}[a-z]`, 'i');

/** Not looked at more closely: this is the form that nearly all tokens have, and whoever decodes it checks every letter. */
const plain = form('plain', 1, ['zZ', 'qQ', 'xX', 'jJ'], (text, at) => {
  const read = text.slice(at, at + canaryLetterCount);
  return read.length === canaryLetterCount ? { letters: read, start: at, end: at + canaryLetterCount } : null;
});

/** Both byte orders: in either, letters and zeros take turns. */
const utf16 = form('utf-16', 2, ['zZ', '\0', 'qQ', '\0', 'xX', '\0', 'jJ'], (text, at) => {
  const found = lettersAndZeros.exec(text.slice(at, at + 2 * canaryLetterCount));
  return found && { letters: found[0].replaceAll('\0', ''), start: at, end: at + found[0].length };
});

const hexadecimal = '([0-9a-f]{2})';
const decimal = '([0-9]{2,3})';
const z16 = ['75', 'aA'] as const;

// Each pattern of an escape begins one character before the digits of the first letter. The openers allow for text that
// was escaped twice or three times.
const hex = form('hex', 0, [...z16, '75', '1', '75', '8', '64', 'aA'], escapes('', hexadecimal, '', 16, 0));
const percent = form('percent', 1, ['%5', ...z16, '%'], escapes('%(?:25){0,3}', hexadecimal, '', 16, 1));
const unicode = form('unicode-escape', 1, ['0', ...z16, '\\'], escapes('\\\\{1,4}u00', hexadecimal, '', 16, 1));
const byteEscape = form('hex-escape', 1, ['x', ...z16, '\\'], escapes('\\\\{1,4}x', hexadecimal, '', 16, 1));
const entityHex = form(
  'html-hex',
  1,
  ['xX0', ...z16, ';', '&'],
  escapes('&(?:amp;){0,2}#x0{0,4}', hexadecimal, ';', 16, 1),
);
// Capital Z is 90, small z is 122.
const readDecimal = escapes('&(?:amp;){0,2}#0{0,4}', decimal, ';', 10, 1);
const entityCapital = form('html-decimal', 2, ['#0', '9', '0', ';', '&'], readDecimal);
const entitySmall = form('html-decimal', 3, ['#0', '1', '2', '2', ';', '&'], readDecimal);

export const forms: readonly Form[] = [
  plain,
  utf16,
  hex,
  percent,
  unicode,
  byteEscape,
  entityHex,
  entityCapital,
  entitySmall,
  ...base64Forms,
];

function form(
  name: string,
  needleAt: number,
  classes: readonly string[],
  read: (text: string, at: number) => Token | null,
): Form {
  const made: Form = { name, patterns: [], read };
  return Object.assign(made, { patterns: [pattern(made, needleAt, classes)] });
}

/** Reads letters each written as opener, digits, closer. `digitsAt`: where the digits stand in the pattern. */
function escapes(
  opener: string,
  digits: string,
  closer: string,
  radix: number,
  digitsAt: number,
): (text: string, at: number) => Token | null {
  const unit = opener + digits + closer;
  const whole = new RegExp(`^(?:${unit}){${canaryLetterCount}}`, 'i');
  const each = new RegExp(unit, 'gi');
  const lead = new RegExp(`${opener}$`, 'i');
  return (text, at) => {
    const first = at + digitsAt;
    const start = first - (lead.exec(text.slice(Math.max(0, first - leadCharsMax), first))?.[0].length ?? 0);
    const found = whole.exec(text.slice(start, start + formCharsMax));
    if (!found) return null;
    const read = found[0].replace(each, (_, code: string) => String.fromCharCode(Number.parseInt(code, radix)));
    return { letters: read, start, end: start + found[0].length };
  };
}
