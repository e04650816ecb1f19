// The k6 engine: the same forms as Node's, found by what is native in k6's interpreter, `indexOf` on text and on bytes;
// a loop over characters or a RegExp over a whole body would cost more than the request itself. Containers can't be opened
// here: meeting one makes the result partial. No `node:` module, and nothing else that k6 lacks.
import { canaryLetterCount } from '../../fixtures/canary.ts';
import { type Collector, createCollector, type ScanResult, sightingsMaxDefault } from './collector.ts';
import { type Form, forms } from './forms.ts';
import { beginsAsZlib } from './magic.ts';
import { type Candidate, matchesAt, type Pattern } from './pattern.ts';

export interface PortableOptions {
  readonly where?: string;
  readonly sightingsMax?: number;
}

interface Needle {
  readonly text: string;
  readonly candidates: Candidate<Form>[];
}

/** Two characters from each pattern, shared by all patterns that have them. Those with a line break apart: few texts need them. */
const needles = needlesOf(forms.flatMap((form) => form.patterns));
const usual = needles.filter(({ text }) => !/[\n\r\\]/.test(text));
const broken = ['\n', '\r', '\\'].map((mark) => ({ mark, needles: needles.filter(({ text }) => text.includes(mark)) }));

function needlesOf(patterns: readonly Pattern<Form>[]): readonly Needle[] {
  const made = new Map<string, Needle>();
  for (const pattern of patterns) {
    const back = pattern.needleAt;
    for (const first of pattern.classes[back] ?? '') {
      for (const second of pattern.classes[back + 1] ?? '') {
        const needle = made.get(first + second) ?? { text: first + second, candidates: [] };
        needle.candidates.push({ pattern, back });
        made.set(needle.text, needle);
      }
    }
  }
  return [...made.values()];
}

/** Every form. Offsets count characters, which are bytes as long as the text is ASCII. */
export function scanText(text: string, options: PortableOptions = {}): ScanResult {
  const collector = createCollector(options.sightingsMax ?? sightingsMaxDefault);
  const where = options.where ?? 'body';
  collectText(text, (letters, encoding, at) => collector.found(letters, where, encoding, at));
  if (opensContainer(text)) collector.markPartial();
  return collector.result();
}

/** True when the letters found at that place are a canary. */
type Report = (letters: string, encoding: string, at: number) => boolean;

function collectText(text: string, report: Report): void {
  seekAll(usual, text, report);
  for (const { mark, needles } of broken) if (text.includes(mark)) seekAll(needles, text, report);
}

/** Counted loops and few calls: in k6's interpreter these, not the search, are what a short text costs. */
function seekAll(needles: readonly Needle[], text: string, report: Report): void {
  for (let turn = 0; turn < needles.length; turn++) {
    const needle = needles[turn] as Needle;
    let at = text.indexOf(needle.text);
    while (at >= 0) at = text.indexOf(needle.text, confirm(needle, text, at, report));
  }
}

/** Where to go on: behind the token that was found, or at the next character. */
function confirm(needle: Needle, text: string, at: number, report: Report): number {
  for (const { pattern, back } of needle.candidates) {
    if (!matchesAt(pattern.classes, text, at - back)) continue;
    const token = pattern.meaning.read(text, at - back);
    if (token && report(token.letters, pattern.meaning.name, token.start)) return token.end - 1;
  }
  return at + 1;
}

/** Every form in each value, sighted as `header:<name>`. */
export function scanHeaders(headers: Iterable<readonly [string, string]>, options: PortableOptions = {}): ScanResult {
  const collector = createCollector(options.sightingsMax ?? sightingsMaxDefault);
  // One text of all values: twenty searches, not twenty for each header. The mark between them belongs to no form.
  const places: { readonly where: string; readonly from: number }[] = [];
  let text = '';
  for (const [name, value] of headers) {
    places.push({ where: `header:${name.toLowerCase()}`, from: text.length });
    text += `${value}\u0001`;
  }
  collectText(text, (letters, encoding, at) => {
    const place = places.findLast(({ from }) => from <= at);
    return place !== undefined && collector.found(letters, place.where, encoding, at - place.from);
  });
  return collector.result();
}

/**
 * Bytes that begin as text are searched for every form. Anything else, such as a video, holds tokens as they are or in
 * UTF-16 and is searched for these; `everyForm` searches it for all, at five times the cost.
 */
export function scanBytes(
  bytes: Uint8Array,
  options: PortableOptions & { readonly everyForm?: boolean } = {},
): ScanResult {
  if (options.everyForm || beginsAsText(bytes)) return scanText(latin1(bytes), options);
  const collector = createCollector(options.sightingsMax ?? sightingsMaxDefault);
  for (const secondLetter of [0x71, 0x51]) collectRaw(bytes, secondLetter, options.where ?? 'body', collector);
  if (opensContainer(latin1(bytes.subarray(0, 4)))) collector.markPartial();
  return collector.result();
}

/** Looks at the bytes around every q (or Q): z before it, x and j behind it, next to one another or with a zero between. */
function collectRaw(bytes: Uint8Array, secondLetter: number, where: string, collector: Collector): void {
  for (let at = bytes.indexOf(secondLetter); at >= 0; ) {
    let next = at + 1;
    const step = bytes[next] === 0 ? 2 : 1;
    if (isLetter(bytes[at + step], 0x78) && isLetter(bytes[at - step], 0x7a) && isLetter(bytes[at + 2 * step], 0x6a)) {
      const start = at - step;
      const letters = lettersAt(bytes, start, step);
      const name = step === 1 ? 'plain' : 'utf-16';
      if (letters !== null && collector.found(letters, where, name, start)) next = start + canaryLetterCount * step - 1;
    }
    at = bytes.indexOf(secondLetter, next);
  }
}

function isLetter(byte: number | undefined, small: number): boolean {
  return byte !== undefined && (byte | 0x20) === small;
}

function lettersAt(bytes: Uint8Array, start: number, step: number): string | null {
  const end = start + (canaryLetterCount - 1) * step + 1;
  if (start < 0 || end > bytes.length) return null;
  const read = latin1(bytes.subarray(start, end));
  if (step === 1) return read;
  const halves = read.split('\0');
  return halves.length === canaryLetterCount ? halves.join('') : null;
}

const headBytes = 64;

function beginsAsText(bytes: Uint8Array): boolean {
  const length = Math.min(headBytes, bytes.length);
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return true;
}

/** More arguments than this to one call can overflow the stack. */
const argumentsMax = 8_192;

function latin1(bytes: Uint8Array): string {
  if (bytes.length <= argumentsMax) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let from = 0; from < bytes.length; from += argumentsMax)
    text += latin1(bytes.subarray(from, from + argumentsMax));
  return text;
}

/** gzip, zlib or zip from the first byte on, or gzip or zip anywhere in base64. */
function opensContainer(text: string): boolean {
  if (text.startsWith('\x1f\x8b\x08') || text.startsWith('PK\x03\x04')) return true;
  if (beginsAsZlib(text.charCodeAt(0), text.charCodeAt(1))) return true;
  return text.includes('H4sI') || text.includes('UEsDB');
}
