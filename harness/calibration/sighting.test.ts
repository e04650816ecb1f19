import { describe, expect, it } from 'vitest';
import type { HistoryLine } from '../history.ts';
import type { Verdict, Violation } from '../verdict.ts';
import { firstSighting } from './sighting.ts';

const violation = (rule: Violation['rule'], at: number): Violation => ({
  rule,
  viewer: 1,
  owner: 2,
  item: 'title 0',
  reach: 'listed',
  operation: 'o1',
  session: 's1',
  scenario: 'same-instant',
  action: 'view-history',
  route: 'GET /me/history',
  status: 200,
  at,
  node: 'app-1',
  version: 'v1',
  requestId: null,
  faultsOpen: ['cache-slow'],
  window: 'f1-cache-slow',
  where: 'body',
  encoding: 'plain',
  afterAbort: false,
  barrier: null,
});

const verdictWith = (verdict: Verdict['verdict'], ...firsts: readonly Violation[]): Verdict =>
  ({ verdict, startedAt: 900, findings: firsts.map((first) => ({ rule: first.rule, first })) }) as unknown as Verdict;

const load: HistoryLine = { v: 1, t: 'phase', phase: 'load', event: 'began', at: 1_000 };
const operation = (endedAt: number, alarm = false): HistoryLine =>
  ({ t: 'operation', endedAt, ...(alarm && { alarm }) }) as unknown as HistoryLine;
const lines = [operation(950, true), load, operation(1_100), operation(1_200), operation(1_300), operation(1_500)];

describe('the first sighting', () => {
  it('is the earliest violation that makes a LEAK, however grave another finding is', () => {
    const verdict = verdictWith('LEAK', violation('foreign-recording', 1_400), violation('foreign-listing', 1_300));
    expect(firstSighting(verdict, lines)).toEqual({
      rule: 'foreign-listing',
      route: 'GET /me/history',
      scenario: 'same-instant',
      action: 'view-history',
      faultsOpen: ['cache-slow'],
      window: 'f1-cache-slow',
      node: 'app-1',
      version: 'v1',
      afterMs: 300,
      afterOperations: 3,
    });
  });

  it('is no warning', () => {
    const verdict = verdictWith('LEAK', violation('missing-own', 1_050), violation('foreign-listing', 1_300));
    expect(firstSighting(verdict, lines)?.rule).toBe('foreign-listing');
    expect(firstSighting(verdictWith('INCONCLUSIVE', violation('latent', 1_050)), lines)).toBeNull();
  });

  it('is none where nothing leaked', () => {
    expect(firstSighting(verdictWith('PASS'), lines)).toBeNull();
  });
});
