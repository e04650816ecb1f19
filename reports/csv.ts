// Comma-separated values by RFC 4180 that no spreadsheet takes for a formula: what would begin one is given a quote in front, as
// OWASP advises. Every cell is one line of printable text.
import { plain } from './text.ts';

const cellCharsMax = 1_000;

export function csv(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** Also the full-width forms, which some spreadsheets read as the narrow ones. */
const beginsFormula = /^[=+\-@|%＝＋－＠]/u;

function cell(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = plain(value, cellCharsMax);
  return `"${(beginsFormula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
