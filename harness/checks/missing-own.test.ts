import { describe, expect, it } from 'vitest';
import {
  broken,
  type HistoryBuilder,
  historyBuilder,
  judged,
  type OperationWords,
  wholeItem,
} from './history-builder.ts';

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

describe('a failover that loses writes', () => {
  const failedOver = () => historyBuilder().fault('f', 1_000, 2_000, { kind: 'database-failover' });
  const look = (builder: HistoryBuilder, sees: OperationWords['sees'] = []) =>
    broken(builder.does(1, 'view-history', { ...whole, at: 9_000, sees }));

  it('excuses what was booked meanwhile, and nothing that was booked before or after', () => {
    expect(look(failedOver().does(1, 'book', { item: 16, at: 1_500 }))).toEqual([]);
    expect(look(failedOver().does(1, 'book', { item: 16, at: 995 }))).toEqual([]);
    expect(look(failedOver().does(1, 'book', { item: 16, at: 900 }))).toEqual(['missing-own']);
    expect(look(failedOver().does(1, 'book', { item: 16, at: 2_001 }))).toEqual(['missing-own']);
    const other = historyBuilder().fault('f', 1_000, 2_000, { kind: 'database-cut' });
    expect(look(other.does(1, 'book', { item: 16, at: 1_500 }))).toEqual(['missing-own']);
  });

  it('excuses a booking whose retry was told of the first one, but none that was confirmed before', () => {
    const retried = failedOver().does(1, 'book', { item: 16, at: 1_500, outcome: 'timeout' });
    expect(look(retried.does(1, 'book', { item: 16, at: 3_000 }))).toEqual([]);
    const confirmed = failedOver().does(1, 'book', { item: 16, at: 100 });
    expect(look(confirmed.does(1, 'book', { item: 16, at: 1_500 }))).toEqual(['missing-own']);
  });

  it('excuses the recording of a call that ended meanwhile, and waits for one that was still being stored', () => {
    const ended = (at: number) =>
      failedOver().does(1, 'book', { item: 16, at: 0 }).does(1, 'end-call', { item: 16, at });
    const title = [[1, 'title', 16]] as const;
    expect(look(ended(1_500), title)).toEqual([]);
    expect(look(ended(500), title)).toEqual(['missing-own']);
    const soon = ended(500).does(1, 'view-history', { ...whole, at: 2_900, sees: title });
    expect(broken(soon)).toEqual([]);
  });

  it('is no misattributed write either, when another shows what was lost; the listing stands', () => {
    const lost = failedOver()
      .does(1, 'book', { item: 16, at: 1_500 })
      .does(1, 'view-history', { ...whole, at: 3_000 })
      .does(2, 'view-history', { at: 3_500, sees: [[1, 'title', 16]] });
    expect(broken(lost)).toEqual(['foreign-listing']);
  });

  it('still binds to the sign-outs and withdrawals of that time', () => {
    const out = failedOver().does(1, 'sign-out', { at: 1_500 });
    expect(broken(out.does(1, 'who-am-i', { at: 3_000, signedIn: 'ended', sees: [[1, 'surname']] }))).toEqual([
      'afterlife',
    ]);
    const withdrawn = failedOver().does(1, 'share', { of: 2, at: 100 }).does(1, 'withdraw', { of: 2, at: 1_500 });
    expect(broken(withdrawn.does(2, 'view-history', { at: 3_000, of: 1, sees: [[1, 'title']] }))).toEqual([
      'afterlife',
    ]);
  });
});
