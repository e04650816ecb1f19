import { expect, it } from 'vitest';
import { broken, historyBuilder, judged, wholeItem } from './history-builder.ts';

const whole = { complete: true } as const;

it('expects what was enrolled on every whole own list, with its recording', () => {
  const enrolled = () => historyBuilder().enrolled(1, [0]);
  expect(broken(enrolled().does(1, 'view-history', { ...whole, sees: wholeItem(1) }))).toEqual([]);
  expect(broken(enrolled().does(1, 'view-history', whole))).toEqual(['missing-own']);
  const unrecorded = judged(enrolled().does(1, 'view-history', { ...whole, sees: [[1, 'title']] }));
  expect(unrecorded.findings[0]).toMatchObject({ rule: 'missing-own', count: 1, first: { item: 'file-name 0' } });
});

it('is no leak by itself', () => {
  const verdict = judged(historyBuilder().enrolled(1, [0]).does(1, 'view-history', whole));
  expect(verdict.verdict).toBe('INCONCLUSIVE');
  expect(verdict.findings[0]).toMatchObject({ rule: 'missing-own', listed: 0, viewed: 0, owners: 1 });
});

it('judges whole lists of a signed-in owner only', () => {
  const enrolled = () => historyBuilder().enrolled(1, [0]);
  expect(broken(enrolled().does(1, 'view-history', { complete: false }))).toEqual([]);
  expect(broken(enrolled().does(1, 'view-history', { ...whole, exchange: { partial: true } }))).toEqual([]);
  expect(broken(enrolled().does(1, 'view-history', { ...whole, outcome: 'aborted' }))).toEqual([]);
  expect(broken(enrolled().does(1, 'view-history', { ...whole, signedIn: 'ended' }))).toEqual([]);
  expect(broken(enrolled().does(1, 'view-history', { ...whole, of: 2 }))).toEqual([]);
});

it('expects a booking once it has ended well, and until a cancellation may have begun', () => {
  const view = (at: number) => ({ ...whole, at });
  const booked = () => historyBuilder().does(1, 'book', { item: 16, at: 0 });
  expect(broken(booked().does(1, 'view-history', view(10)))).toEqual([]);
  expect(broken(booked().does(1, 'view-history', view(11)))).toEqual(['missing-own']);
  const unsure = historyBuilder().does(1, 'book', { item: 16, outcome: 'timeout' });
  expect(broken(unsure.does(1, 'view-history', whole))).toEqual([]);
  const cancelled = (outcome: 'ok' | 'timeout' | 'refused') =>
    booked().does(1, 'cancel', { item: 16, at: 110, outcome }).does(1, 'view-history', view(100));
  expect(broken(cancelled('ok'))).toEqual([]);
  expect(broken(cancelled('timeout'))).toEqual([]);
  expect(broken(cancelled('refused'))).toEqual(['missing-own']);
});

it('expects the recording of an ended call after the declared time', () => {
  const ended = () => historyBuilder().does(1, 'book', { item: 16, at: 0 }).does(1, 'end-call', { item: 16, at: 100 });
  const view = (at: number) => ({ ...whole, at, sees: [[1, 'title', 16]] as const });
  expect(broken(ended().does(1, 'view-history', view(1_110)))).toEqual([]);
  expect(judged(ended().does(1, 'view-history', view(1_111))).findings[0]?.first.item).toBe('file-name 16');
});

it('expects nothing of a patient who may be erased', () => {
  const erased = historyBuilder().enrolled(1, [0]).does(1, 'erase', { outcome: 'timeout' });
  expect(broken(erased.does(1, 'view-history', whole))).toEqual([]);
});

it('expects nothing after the administrator has erased the patient, and everything before', () => {
  const erased = (at: number) =>
    historyBuilder()
      .enrolled(1, [0])
      .add({ v: 1, t: 'erased', patient: 1, at: 10_500 })
      .does(1, 'view-history', { ...whole, at });
  expect(broken(erased(600))).toEqual([]);
  expect(broken(erased(400))).toEqual(['missing-own']);
});
