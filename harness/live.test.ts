import { expect, it } from 'vitest';
import { type HistoryBuilder, historyBuilder } from './checks/history-builder.ts';
import { type LiveCount, type LiveOptions, liveWatch } from './live.ts';

function watched(builder: HistoryBuilder, options?: LiveOptions): LiveCount {
  const watch = liveWatch(options);
  return builder.lines.map((line) => watch.feed(line)).at(-1) ?? { operations: 0, opportunities: 0, suspected: 0 };
}

it('counts operations, and chances that hang together once between two fault events', () => {
  const builder = historyBuilder();
  for (let i = 0; i < 3; i++) builder.does(1, 'view-history', { sees: [[1, 'title']] });
  expect(watched(builder)).toEqual({ operations: 3, opportunities: 1, suspected: 0 });
  builder.fault('f', 0, 1).does(1, 'view-history', { sees: [[1, 'title']] });
  expect(watched(builder)).toEqual({ operations: 4, opportunities: 2, suspected: 0 });
});

it('suspects what no right can explain', () => {
  expect(watched(historyBuilder().does(1, 'view-history', { sees: [[2, 'title']] })).suspected).toBe(1);
  expect(watched(historyBuilder().does(null, 'watch', { sees: [[2, 'recording']] })).suspected).toBe(1);
});

it('stays silent for the alarm test, residue, and wherever a share may be on its way', () => {
  expect(watched(historyBuilder().does(1, 'watch', { alarm: true, sees: [[2, 'recording']] })).suspected).toBe(0);
  expect(watched(historyBuilder().does(1, 'watch', { sees: [[2, 'recording', 0, 1]] })).suspected).toBe(0);
  const shared = historyBuilder().does(2, 'share', { of: 1, outcome: 'timeout' });
  expect(watched(shared.does(1, 'view-history', { of: 2, sees: [[2, 'title']] })).suspected).toBe(0);
  // Parent 3 and child 7; twins 1 and 5 have no rights in each other.
  expect(watched(historyBuilder().does(3, 'view-history', { sees: [[7, 'title']] })).suspected).toBe(0);
  expect(watched(historyBuilder().does(1, 'view-history', { sees: [[5, 'title']] })).suspected).toBe(1);
  const planned = historyBuilder().does(1, 'view-history', { sees: [[2, 'title']] });
  expect(watched(planned, { mayShare: (owner, viewer) => owner === 2 && viewer === 1 }).suspected).toBe(0);
});

it('leaves it to the judge whether an address that is the secret was given by right, and suspects lists all the same', () => {
  const capabilityUrls = [{ route: '/files/{name}' }];
  const followed = () =>
    historyBuilder().does(1, 'follow-link', { sees: [[2, 'recording']], exchange: { route: '/files/{name}' } });
  expect(watched(followed()).suspected).toBe(1);
  expect(watched(followed(), { capabilityUrls }).suspected).toBe(0);
  const listed = historyBuilder().does(1, 'view-history', { sees: [[2, 'title']] });
  expect(watched(listed, { capabilityUrls }).suspected).toBe(1);
});

it('leaves it to the judge when a clinician’s care began and ended, and suspects one who can have had none', () => {
  const day = (clinician: number) => historyBuilder().does(null, 'view-day', { clinician, sees: [[1, 'title']] });
  // Patient 1 is clinician 0's; 4 and 8 have the same number in the other practices.
  for (const clinician of [0, 4, 8]) expect(watched(day(clinician)).suspected).toBe(0);
  expect(watched(day(1)).suspected).toBe(1);
});
