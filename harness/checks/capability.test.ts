// An address that is the secret: what its declaration excuses, each beside the nearest thing that must ring all the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../history.ts';
import type { CapabilityUrls } from '../targets/target.ts';
import {
  broken,
  type HistoryBuilder,
  historyBuilder,
  judged,
  options,
  passingHistory,
  type Sees,
} from './history-builder.ts';

const route = '/files/{name}';
const bare: Partial<Exchange> = { route, credentials: 'none' };
const title = (owner: number): Sees => [owner, 'title'];
const recording = (owner: number): Sees => [owner, 'recording'];

const declaring = (expiresAfterMs?: number) => {
  const declared: CapabilityUrls = { route, ...(expiresAfterMs !== undefined && { expiresAfterMs }) };
  return { declares: { ...options.declares, capabilityUrls: [declared] } };
};

/** Patient 2 looks at their list, and a link off it goes up on the board. */
const posted = (sees: Sees = title(2)): HistoryBuilder =>
  historyBuilder().does(2, 'view-history', { sees: [sees], posts: 'link' });
const follows = (builder: HistoryBuilder, patient: number | null, owner = 2): HistoryBuilder =>
  builder.does(patient, 'follow-link', { board: 'link', sees: [recording(owner)], exchange: bare });

describe('an address that was handed on', () => {
  it('may be followed by anybody where it is declared, and by nobody else where it is not', () => {
    expect(broken(follows(posted(), null), declaring())).toEqual([]);
    expect(broken(follows(posted(), 1), declaring())).toEqual([]);
    expect(broken(follows(posted(), null))).toEqual(['anonymous']);
    expect(broken(follows(posted(), 1))).toEqual(['foreign-recording']);
  });

  it('excuses only its own route', () => {
    const elsewhere = posted().does(null, 'follow-link', {
      board: 'link',
      sees: [recording(2)],
      exchange: { route: '/recordings/{id}', credentials: 'none' },
    });
    expect(broken(elsewhere, declaring())).toEqual(['anonymous']);
  });

  it('is no excuse for whoever handed on what they had no right to', () => {
    const leaked = () => posted([3, 'title']);
    expect(broken(follows(leaked(), 1, 3), declaring())).toEqual(['foreign-recording', 'foreign-listing']);
    expect(broken(follows(leaked(), null, 3), declaring())).toEqual(['foreign-listing', 'anonymous']);
  });

  it('rings when nobody handed it on', () => {
    expect(broken(follows(historyBuilder(), null), declaring())).toEqual(['anonymous']);
  });

  it('rings once it has run out, and not a moment before', () => {
    const followedAfter = (ms: number) =>
      posted().does(null, 'follow-link', { at: 110 + ms, board: 'link', sees: [recording(2)], exchange: bare });
    expect(broken(followedAfter(500), declaring(500))).toEqual([]);
    expect(broken(followedAfter(501), declaring(500))).toEqual(['anonymous']);
  });

  it('outlives no erasure', () => {
    const erased = follows(posted().does(2, 'erase'), 1);
    expect(broken(erased, declaring())).toEqual(['foreign-recording', 'afterlife']);
    expect(judged(erased, declaring()).findings[1]?.cause).toContain('had been erased and is served still');
  });
});

describe('an address off a list', () => {
  const watches = (builder: HistoryBuilder, patient: number | null, owner = 2): HistoryBuilder =>
    builder.does(patient, 'watch', { sees: [recording(owner)], exchange: bare, signedIn: 'yes' });

  it('of somebody else’s is a foreign listing, and what is behind it was viewed by foreign eyes', () => {
    const own = historyBuilder().does(2, 'view-history', { sees: [title(2)] });
    expect(broken(watches(own, 2), declaring())).toEqual([]);
    const foreign = historyBuilder().does(1, 'view-history', { sees: [title(2)] });
    const verdict = judged(watches(foreign, 1), declaring());
    expect(verdict.findings.map(({ rule }) => rule)).toEqual(['foreign-recording', 'foreign-listing']);
    expect(verdict.findings[0]).toMatchObject({ viewed: 1, listed: 0 });
    expect(verdict.findings[0]?.cause).toContain('given by right: this one stood on a list that was somebody else’s');
    expect(verdict.declared).toBeUndefined();
  });

  it('goes on answering after signing out, if it does not run out', () => {
    const signedOut = (at: number) =>
      historyBuilder()
        .does(2, 'view-history', { at: 100, sees: [title(2)] })
        .does(2, 'sign-out', { at: 200 })
        .does(2, 'watch', { at, signedIn: 'ended', sees: [recording(2)], exchange: bare });
    expect(broken(signedOut(300))).toEqual(['afterlife']);
    expect(broken(signedOut(300), declaring())).toEqual([]);
    expect(broken(signedOut(611), declaring(500))).toEqual(['afterlife']);
  });

  it('stays with a proxy whose right has ended, but gives no list', () => {
    const lent = (last: 'watch' | 'view-history') =>
      historyBuilder()
        .does(2, 'share', { of: 1 })
        .does(1, 'view-history', { of: 2, sees: [title(2)] })
        .does(2, 'withdraw', { of: 1 })
        .does(1, last, {
          sees: [last === 'watch' ? recording(2) : title(2)],
          ...(last === 'watch' && { exchange: bare }),
        });
    expect(broken(lent('watch'))).toEqual(['afterlife']);
    expect(broken(lent('watch'), declaring())).toEqual([]);
    expect(broken(lent('view-history'), declaring())).toEqual(['afterlife']);
  });

  it('is not given anew by following it', () => {
    const watched = (at: number) =>
      historyBuilder()
        .does(2, 'view-history', { at: 100, sees: [title(2)] })
        .does(2, 'watch', { at: 500, sees: [recording(2)], exchange: bare })
        .does(2, 'sign-out', { at: 550 })
        .does(2, 'watch', { at, signedIn: 'ended', sees: [recording(2)], exchange: bare });
    expect(broken(watched(600), declaring(500))).toEqual([]);
    expect(broken(watched(700), declaring(500))).toEqual(['afterlife']);
  });

  it('is not given by an answer that only says who somebody is', () => {
    const named = historyBuilder()
      .does(2, 'share', { of: 1 })
      .does(1, 'view-history', { of: 2, sees: [[2, 'surname']] })
      .does(2, 'withdraw', { of: 1 });
    expect(broken(watches(named, 1), declaring())).toEqual(['afterlife']);
  });
});

it('what is declared is counted, and makes neither a leak nor an opportunity', () => {
  const builder = passingHistory();
  const before = judged(builder, declaring());
  builder.does(2, 'view-history', { at: 8_100, sees: [title(2)], posts: 'link' });
  const looked = judged(builder, declaring());
  for (const reader of [null, 1, 3]) follows(builder, reader);
  builder
    .does(2, 'sign-out')
    .does(2, 'follow-link', { board: 'link', signedIn: 'ended', sees: [recording(2)], exchange: bare });
  const verdict = judged(builder, declaring());
  expect([before.verdict, verdict.verdict]).toEqual(['PASS', 'PASS']);
  expect(verdict.declared).toEqual([
    {
      kind: 'capability-url',
      route: `GET ${route}`,
      answers: 4,
      withoutSession: 1,
      byOthers: 2,
      afterTheEnd: 1,
      things: 1,
      owners: 1,
      readers: 4,
    },
  ]);
  expect(verdict.opportunities).toBe(looked.opportunities);
});

it('a declaration never excuses a foreign list, whatever else happens', () => {
  const step = fc.record({
    patient: fc.integer({ min: 1, max: 4 }),
    action: fc.constantFrom('view-history' as const, 'watch' as const, 'follow-link' as const),
    owner: fc.integer({ min: 1, max: 4 }),
    board: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const builder = historyBuilder();
      for (const { patient, action, owner, board } of steps) {
        if (action === 'view-history') builder.does(patient, action, { sees: [title(owner)], posts: board });
        else builder.does(patient, action, { board, sees: [recording(owner)], exchange: bare });
      }
      const foreign = steps.some(({ action, patient, owner }) => action === 'view-history' && patient !== owner);
      const rules = broken(builder, declaring());
      expect(rules.includes('foreign-listing')).toBe(foreign);
      // It only ever takes away.
      for (const rule of rules) expect(broken(builder)).toContain(rule);
    }),
    { numRuns: 200 },
  );
});
