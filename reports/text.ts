// Plain text and figures for every report. Whatever came from a target is cleaned here first: a node's name may try to steer
// a terminal, break a line, or turn the reading direction round.

const escapeSequence = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\s]+/gu;

/** Commands to a CI server in what a job prints: `::error …::` at the start of a line (GitHub), `##[`, `##vso[`, `##teamcity[` anywhere. */
const ciCommand = /:(?=:[a-z][a-z-]{2,})|#(?=#(?:\[|vso\[|teamcity\[))/gi;

/** One line of printable characters, at most `charsMax` of them; what was cut off is shown by `…`. Nothing in it is a command to a CI server. */
export function plain(text: string, charsMax = 4_000): string {
  // Cleaning hardly lengthens, so a first generous cut keeps a huge value cheap without changing the answer for ordinary ones.
  const clean = text
    .slice(0, charsMax * 4)
    .replace(escapeSequence, '')
    .replace(unprintable, ' ')
    .replace(ciCommand, '$& ')
    .trim();
  return clean.length <= charsMax ? clean : `${clean.slice(0, charsMax - 1).replace(/\p{Cs}$/u, '')}…`;
}

/** The first few of a list, and how many were left out. */
export function listed(items: readonly string[], none: string, itemsMax = 8): string {
  if (items.length === 0) return none;
  const shown = items.slice(0, itemsMax).map((item) => plain(item, 80));
  const rest = items.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

const counts = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return counts.format(value);
}

/** `1 owner`, `2 owners`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${Math.round(ms / 100) / 10} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${count(Math.floor(minutes / 60))} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** `2026-11-22 18:53:02 UTC`; a time outside the calendar is said to be so instead of throwing. */
export function dateAndTime(epochMs: number): string {
  const iso = isoOf(epochMs);
  return iso === null ? 'no valid time' : `${iso.slice(0, -14)} ${iso.slice(-13, -5)} UTC`;
}

/** `18:53:02.120 UTC`: for evidence, to be found again in a log. */
export function timeOfDay(epochMs: number): string {
  const iso = isoOf(epochMs);
  return iso === null ? 'no valid time' : `${iso.slice(-13, -1)} UTC`;
}

/** `2026-11-22T18:53:02.120Z`: for programs. */
export function isoTime(epochMs: number): string {
  return isoOf(epochMs) ?? 'no valid time';
}

function isoOf(epochMs: number): string | null {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Breaks text at spaces into lines of at most `columns`; a longer word is cut. */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(1, columns);
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return line === '' ? lines : [...lines, line];
}
