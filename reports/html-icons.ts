// The page's drawings. The verdict's sign is two telephone lines: apart for a PASS, crossed for a LEAK, broken up when nobody
// can tell, cut for an ERROR. A sign never stands without its word, so neither colour nor shape has to be guessed.
import type { Outcome } from '../harness/verdict.ts';
import { type Markup, markup } from './markup.ts';

const lines: Readonly<Record<Outcome, Markup>> = {
  PASS: markup`<path d="M4 17H52M4 39H52"/>`,
  LEAK: markup`<path d="M4 17C24 17 32 39 52 39"/><path d="M4 39C24 39 32 17 52 17"/>`,
  INCONCLUSIVE: markup`<path d="M4 17H52M4 39H52" stroke-dasharray="5 9"/>`,
  ERROR: markup`<path d="M4 17H19M37 17H52M4 39H19M37 39H52"/><path d="M22 22L34 34M34 22L22 34"/>`,
};

export function verdictSign(outcome: Outcome): Markup {
  return markup`<svg class="sign" viewBox="0 0 56 56" aria-hidden="true">${lines[outcome]}</svg>`;
}

export function wordmark(): Markup {
  return markup`<span class="wordmark"><svg viewBox="0 0 56 56" aria-hidden="true">${lines.LEAK}</svg>Crosstalk</span>`;
}

const marks = {
  good: markup`<path d="M3 8.5L6.5 12L13 4.5"/>`,
  bad: markup`<path d="M2 4.5C7 4.5 9 11.5 14 11.5M2 11.5C7 11.5 9 4.5 14 4.5"/>`,
  short: markup`<path d="M8 2.5V9M8 12.4V12.6"/>`,
  none: markup`<path d="M4 8H12"/>`,
};

/** A small sign with its word. */
export function mark(kind: keyof typeof marks, word: string): Markup {
  return markup`<span class="mark ${kind}"><svg viewBox="0 0 16 16" aria-hidden="true">${marks[kind]}</svg>${word}</span>`;
}
