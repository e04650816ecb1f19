import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import type { Exchange, HistoryLine, Sighting } from '../history.ts';
import type { Declarations } from '../targets/target.ts';
import { tidy } from './explicit-plan.ts';
import { outcomeOf } from './outcome.ts';
import { injected, loadBegan, operationOf, pair, zeroAt } from './plan-under-test.ts';

const declares: Declarations = {
  ...{ headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 },
};
const wanted = { rule: 'foreign-listing', route: 'GET /me/history' } as const;
const plan = tidy(pair);
const [first, second] = plan.sessions;
if (!first || !second) throw new Error('the pair has two sessions');

const started: HistoryLine = {
  ...{ v: 1, t: 'run', id: 'r', run: 7, seed: '1', driver: 'node', target: 'test', startedAt: zeroAt - 1_000 },
};
const sighting = (owner: number, run = 7): Sighting => ({
  ...{ run, owner, kind: 'title', item: 0, where: 'body', offset: 3, encoding: 'plain', count: 1 },
});
const exchange = (sightings: readonly Sighting[], status = 200): Exchange => ({
  ...{ method: 'GET', route: '/me/history', startedAt: zeroAt + 200, ms: 5, status, connection: 's1#1' },
  ...{ bodyBytes: 100, sightings: [...sightings], credentials: 'cookie' },
});
const looks = (sightings: readonly Sighting[], status = 200): HistoryLine => ({
  ...operationOf(first, 1, 200),
  exchanges: [exchange(sightings, status)],
});

const judged = (lines: readonly HistoryLine[], options: { alarm?: boolean; faulty?: boolean } = {}) =>
  outcomeOf([started, loadBegan, operationOf(first, 0, 100), ...lines], {
    ...{ declares, strict: false, wanted, alarm: options.alarm ?? false },
    plan: options.faulty ? { ...plan, faults: [{ id: 'f1', kind: 'cache-slow', atMs: 0, forMs: 9 }] } : plan,
  });

describe('what a trial came to', () => {
  it('is the finding again, whoever saw whose', () => {
    expect(judged([looks([sighting(5)])])).toMatchObject({ kind: 'reproduced', violation: { viewer: 1, owner: 5 } });
  });

  it('is silence where everybody saw their own', () => {
    expect(judged([looks([sighting(1)])])).toEqual({ kind: 'silent', doubts: [], others: [] });
  });

  it('names other leaks', () => {
    const line = { ...operationOf(first, 1, 200), exchanges: [{ ...exchange([sighting(5)]), route: '/me/rewatch' }] };
    expect(judged([line])).toMatchObject({ kind: 'silent', others: ['foreign-listing, GET /me/rewatch'] });
  });

  it('is void where somebody could not sign in, or a fault was not injected', () => {
    const skipped: HistoryLine = {
      v: 1,
      t: 'skipped',
      session: 's5',
      scenario: 'test',
      steps: 1,
      why: 'could not sign in',
    };
    expect(judged([skipped])).toEqual({ kind: 'void', why: 'could not sign in' });
    expect(judged([], { faulty: true })).toMatchObject({ kind: 'void', why: expect.stringContaining('cache-slow') });
  });

  it('is void where what an earlier trial left is shown: this trial may have caused nothing', () => {
    expect(judged([looks([sighting(5, 6)])])).toMatchObject({ kind: 'void' });
  });

  it('doubts silence where nothing was answered, nothing bit, or no alarm rang', () => {
    expect(judged([looks([], 500)])).toMatchObject({ doubts: ['GET /me/history gave no whole answer'] });
    const bitten = [injected('f1', 'cache-slow', 0), looks([sighting(1)])];
    expect(judged(bitten, { faulty: true })).toMatchObject({ doubts: ['the fault cache-slow was not seen to bite'] });
    expect(judged([looks([sighting(1)])], { alarm: true })).toMatchObject({ doubts: ['the alarm did not ring'] });
  });

  it('does not mistake a person who is there for one who acts', () => {
    const beside = { ...plan, people: [...plan.people, patientIndex(9)] };
    expect(
      outcomeOf([started, loadBegan, looks([sighting(9)])], {
        declares,
        strict: false,
        wanted,
        alarm: false,
        plan: beside,
      }).kind,
    ).toBe('reproduced');
  });
});
