// For tests and the benchmark: writes a token in each way that the scan promises to find, by means of its own, not the
// scan's. `offsetOf` says where in the written bytes the sighting must be.
import { Buffer } from 'node:buffer';

export interface Spelling {
  readonly encoding: string;
  readonly name: string;
  /** The bytes of `before + token + after`, and where in them the token begins. */
  write(before: string, token: string, after: string): { readonly bytes: Buffer; readonly offset: number };
}

const code = (letter: string): number => letter.charCodeAt(0);
const hexOf = (letter: string): string => code(letter).toString(16);

export const spellings: readonly Spelling[] = [
  letterwise('plain', 'plain', (letter) => letter),
  letterwise('hex', 'hex', hexOf),
  letterwise('hex', 'hex in capitals', (letter) => hexOf(letter).toUpperCase()),
  letterwise('percent', 'percent', (letter) => `%${hexOf(letter)}`),
  letterwise('percent', 'percent, twice', (letter) => `%25${hexOf(letter).toUpperCase()}`),
  letterwise('unicode-escape', '\\u', (letter) => `\\u00${hexOf(letter)}`),
  letterwise('unicode-escape', '\\u, twice', (letter) => `\\\\u00${hexOf(letter).toUpperCase()}`),
  letterwise('hex-escape', '\\x', (letter) => `\\x${hexOf(letter)}`),
  letterwise('html-decimal', 'entities', (letter) => `&#${code(letter)};`),
  letterwise('html-decimal', 'entities, zero-filled, twice', (letter) => `&amp;#0${code(letter)};`),
  letterwise('html-hex', 'hexadecimal entities', (letter) => `&#x${hexOf(letter)};`),
  letterwise('html-hex', 'hexadecimal entities, zero-filled', (letter) => `&#X00${hexOf(letter).toUpperCase()};`),
  utf16('UTF-16LE', (bytes) => bytes, 0),
  utf16('UTF-16BE', (bytes) => bytes.swap16(), 1),
  base64('base64', (text) => text),
  base64('base64url', (text) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')),
  base64('base64 in JSON', (text) => text.replaceAll('/', '\\/')),
  base64('base64 in lines', (text) => inLines(text, '\r\n')),
  base64('base64 in lines in JSON', (text) => inLines(text, '\\n')),
];

function letterwise(encoding: string, name: string, write: (letter: string) => string): Spelling {
  return {
    encoding,
    name,
    write: (before, token, after) => ({
      bytes: Buffer.from(before + [...token].map(write).join('') + after, 'latin1'),
      offset: before.length,
    }),
  };
}

function utf16(name: string, order: (bytes: Buffer) => Buffer, firstByte: number): Spelling {
  return {
    encoding: 'utf-16',
    name,
    write: (before, token, after) => ({
      bytes: order(Buffer.from(before + token + after, 'utf16le')),
      offset: 2 * before.length + firstByte,
    }),
  };
}

/** The sighting stands at the character that holds the token's first bits. */
function base64(name: string, dress: (text: string) => string): Spelling {
  return {
    encoding: 'base64',
    name,
    write(before, token, after) {
      const text = Buffer.from(before + token + after, 'latin1').toString('base64');
      const place = Math.floor((before.length * 8) / 6);
      const lead = dress(text.slice(0, place));
      return { bytes: Buffer.from(dress(text), 'latin1'), offset: lead.length + breakLength(dress(text), lead.length) };
    },
  };
}

/** A line break right before the token's first character is none of the token. */
function breakLength(text: string, at: number): number {
  return /^(?:\r\n|\\n)/.exec(text.slice(at))?.[0].length ?? 0;
}

function inLines(text: string, lineBreak: string): string {
  return (text.match(/.{1,76}/g) ?? []).join(lineBreak);
}
