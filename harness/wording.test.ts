import { expect, it } from 'vitest';
import { countText, percentText } from './wording.ts';

it('writes counts in groups of three', () => {
  expect([0, 999, 1_000, 2_310, 1_234_567].map(countText)).toEqual(['0', '999', '1,000', '2,310', '1,234,567']);
});

it('writes shares with two significant digits, rounded up', () => {
  expect([0, 0.001296, 0.0129, 0.5, 1 / 3, 1].map(percentText)).toEqual([
    '0 %',
    '0.13 %',
    '1.3 %',
    '50 %',
    '34 %',
    '100 %',
  ]);
});
