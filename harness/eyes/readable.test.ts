// Names of places: what could be somebody's does not get through.
import { describe, expect, it } from 'vitest';
import { canaryOf } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { readable, readableUrl } from './readable.ts';

const token = canaryOf(1, patientIndex(3), 'email', 0);

describe('names of places', () => {
  it.each([
    ['a plain one', 'sid', 'sid'],
    ['a canary, in any case', `last-${token.toUpperCase()}`, 'last-…'],
    ['an address of e-mail', 'draft jo@example.org 1', 'draft … 1'],
    ['line ends and colours', 'a\nb\u001b[31mc', 'a b [31mc'],
    ['a long one', 'x'.repeat(200), `${'x'.repeat(80)}…`],
  ])('keep of %s what may be told', (_name, text, kept) => {
    expect(readable(text)).toBe(kept);
  });

  it.each([
    [
      'a query and a fragment',
      'https://u:p@clinic.example:8443/me/rewatch?sig=1#x',
      'https://clinic.example:8443/me/rewatch',
    ],
    [
      'a canary behind percent signs',
      `https://clinic.example/r/%${token.charCodeAt(0).toString(16)}${token.slice(1)}`,
      'https://clinic.example/r/…',
    ],
    ['what is in the address itself', `data:text/html,${token}`, 'data:…'],
    ['what is no address', `nonsense?${token}`, 'nonsense'],
  ])('keep of an address without %s', (_name, url, kept) => {
    expect(readableUrl(url)).toBe(kept);
  });
});
