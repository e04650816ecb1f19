import { expect, it } from 'vitest';
import { historyBuilder, judged, passingHistory } from '../checks/history-builder.ts';
import { idleBecause } from './idle.ts';

it('finds a run at work whose faults bit and were lived through', () => {
  expect(idleBecause(judged(passingHistory()))).toBeNull();
});

it('finds one idle that did nothing, could not have leaked, or would not have rung', () => {
  expect(idleBecause(judged(historyBuilder()))).toBe('nothing was done');
  expect(idleBecause(judged(historyBuilder().does(1, 'slots')))).toBe('nothing that was done could have leaked');
  const deaf = passingHistory().lines.filter((line) => line.t !== 'operation' || line.alarm !== true);
  expect(idleBecause(judged({ ...historyBuilder(), lines: deaf }))).toBe('the alarm test did not ring');
});

it('finds one idle whose fault did not bite, or bit when nobody was there', () => {
  const blunt = passingHistory().lines.filter((line) => line.t !== 'fault' || line.event !== 'proved');
  expect(idleBecause(judged({ ...historyBuilder(), lines: blunt }))).toBe('flush-kind did not bite');
  const early = passingHistory().lines.filter(
    (line) => line.t !== 'operation' || line.alarm || line.startedAt < 11_000,
  );
  const rest = passingHistory().lines.filter((line) => line.t !== 'operation' || line.alarm || line.startedAt > 17_000);
  for (const lines of [early, rest]) {
    expect(idleBecause(judged({ ...historyBuilder(), lines }))).toBe(
      'nothing could have leaked while flush-kind was open or after',
    );
  }
});
