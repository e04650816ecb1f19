// Server-issued ids as the second witness: whose they are, and when one at somebody else is a finding.
import { describe, expect, it } from 'vitest';
import { broken, historyBuilder, judged } from './history-builder.ts';

const booked = () => historyBuilder().does(1, 'book', { item: 16, createdIds: ['c-1'], sees: [[1, 'title', 16]] });

describe('ids', () => {
  it.each(['view-history', 'turn-page', 'view-consultation', 'listen'] as const)(
    "of another ring in the answer of %s, and one's own do not",
    (action) => {
      expect(broken(booked().does(1, action, { listedIds: ['c-1'] }))).toEqual([]);
      const [finding, ...others] = judged(booked().does(2, action, { listedIds: ['c-1'] })).findings;
      expect(others).toEqual([]);
      expect(finding).toMatchObject({ rule: 'foreign-listing', owners: 1, first: { item: 'id c-1', owner: 1 } });
    },
  );

  it('are learned from pages too, where nothing foreign stands beside them', () => {
    const paged = (owner: number) =>
      historyBuilder().does(1, 'turn-page', { listedIds: ['c-9'], sees: [[owner, 'title', 3]] });
    expect(broken(paged(1).does(2, 'turn-page', { listedIds: ['c-9'] }))).toEqual(['foreign-listing']);
    // What the first page showed was the third patient's, so the id may be, too.
    expect(judged(paged(3).does(2, 'turn-page', { listedIds: ['c-9'] })).findings).toMatchObject([{ viewers: 1 }]);
  });

  it('that are issued again ring once, at the issue, and belong to both from then on', () => {
    const again = booked().does(2, 'book', { item: 20, createdIds: ['c-1'], sees: [[2, 'title', 20]] });
    const listed = again.does(2, 'view-history', { listedIds: ['c-1'], sees: [[2, 'title', 20]] });
    expect(judged(listed).findings).toMatchObject([
      { rule: 'foreign-listing', count: 1, first: { where: 'created ids', viewer: 2, owner: 1 } },
    ]);
    expect(broken(booked().does(1, 'book', { item: 16, createdIds: ['c-1'] }))).toEqual([]);
  });

  it('in a stored answer of another teach nothing, for the answer says whose it is', () => {
    const replayed = booked().does(2, 'book', { item: 16, createdIds: ['c-1'], sees: [[1, 'title', 16]] });
    expect(judged(replayed).findings).toMatchObject([{ rule: 'foreign-listing', listed: 1, count: 1 }]);
    expect(broken(replayed.does(1, 'view-history', { listedIds: ['c-1'] }))).toEqual(['foreign-listing']);
  });

  it('and the titles of one consultation are one thing listed', () => {
    const both = booked()
      .does(2, 'view-history', { listedIds: ['c-1'] })
      .does(2, 'view-history', { sees: [[1, 'title', 16]] });
    expect(judged(both).findings).toMatchObject([{ listed: 1, count: 2 }]);
  });
});
