import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted, dateAndTime, duration, listed, plain, timeOfDay, wrap } from './text.ts';

describe('plain', () => {
  it('strips escape sequences, control characters and line breaks', () => {
    expect(plain('\u001b[2J\u001b]0;title\u0007red\u001b[31m\r\nline\u0085two\u2028three')).toBe('red line two three');
  });

  it('cuts at the limit without splitting a character', () => {
    expect(plain('abcdef', 4)).toBe('abc…');
    expect(plain('ab😀😀', 4)).toBe('ab…');
  });

  it('gives printable text within the limit, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 80 }), (text, charsMax) => {
        const clean = plain(text, charsMax);
        expect(clean.length).toBeLessThanOrEqual(charsMax);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('wrap', () => {
  it('breaks at spaces, and inside a word only when it must', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefgh ij', 5)).toEqual(['abcde', 'fgh', 'ij']);
    expect(wrap('', 5)).toEqual([]);
  });

  it('loses no character and keeps to the columns', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const lines = wrap(text, columns);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(plain(text).replaceAll(' ', ''));
      }),
    );
  });
});

describe('figures', () => {
  it('are written for people', () => {
    expect(counted(1, 'owner')).toBe('1 owner');
    expect(counted(2_310, 'owner')).toBe('2,310 owners');
    expect([340, 12_340, 14_000, 59_999, 125_000, 3_720_000, -500].map(duration)).toEqual([
      '340 ms',
      '12.3 s',
      '14 s',
      '1 min 00 s',
      '2 min 05 s',
      '1 h 02 min',
      '-500 ms',
    ]);
    expect(listed(['a', 'b', 'c'], 'none', 2)).toBe('a, b and 1 more');
    expect(listed([], 'none')).toBe('none');
  });

  it('name times in UTC, and say so when a time is none', () => {
    const at = Date.UTC(2026, 10, 22, 18, 53, 2, 120);
    expect(dateAndTime(at)).toBe('2026-11-22 18:53:02 UTC');
    expect(timeOfDay(at)).toBe('18:53:02.120 UTC');
    expect(timeOfDay(1e18)).toBe('no valid time');
    expect(duration(Number.NaN)).toBe('unknown');
  });
});
