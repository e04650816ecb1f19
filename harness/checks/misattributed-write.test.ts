import { expect, it } from 'vitest';
import { broken, historyBuilder, options } from './history-builder.ts';

const booked = () => historyBuilder().does(1, 'book', { item: 16 });
const underB = { sees: [[1, 'title', 16]] } as const;
const lenient = { missingOwnRateMax: 1, declares: options.declares };

it('is a listing only, while the writer finds it too', () => {
  const both = booked()
    .does(2, 'view-history', underB)
    .does(1, 'view-history', { complete: true, ...underB });
  expect(broken(both, lenient)).toEqual(['foreign-listing']);
});

it('is misattributed when it stands under another and never under the writer', () => {
  const lost = booked().does(2, 'view-history', underB).does(1, 'view-history', { complete: true });
  expect(broken(lost, lenient)).toEqual(['foreign-listing', 'misattributed-write', 'missing-own']);
});

it('needs a whole list of the writer’s that began after the booking and before a cancellation', () => {
  const partial = booked().does(2, 'view-history', underB).does(1, 'view-history', { complete: false });
  expect(broken(partial, lenient)).toEqual(['foreign-listing']);
  const cancelled = booked()
    .does(2, 'view-history', underB)
    .does(1, 'cancel', { item: 16 })
    .does(1, 'view-history', { complete: true });
  expect(broken(cancelled, lenient)).toEqual(['foreign-listing']);
});

it('says nothing of what was enrolled, which nobody wrote during the load', () => {
  const enrolled = historyBuilder().enrolled(1, [16]).does(2, 'view-history', underB);
  expect(broken(enrolled.does(1, 'view-history', { complete: true }), lenient)).toEqual([
    'foreign-listing',
    'missing-own',
  ]);
});
