import { describe, expect, it } from 'vitest';
import { broken, historyBuilder, options } from './history-builder.ts';

const bound = (name: 'signOutBoundMs' | 'withdrawalBoundMs' | 'erasureBoundMs', boundMs: number) => ({
  declares: { ...options.declares, [name]: boundMs },
});

describe('after sign-out', () => {
  const signedOut = (outcome: 'ok' | 'timeout') => historyBuilder().does(1, 'sign-out', { at: 100, outcome });
  const own = { signedIn: 'ended', sees: [[1, 'title']] } as const;

  it('an answer that began later must be empty; one that overlaps may not be', () => {
    expect(broken(signedOut('ok').does(1, 'view-history', { ...own, at: 110 }))).toEqual([]);
    expect(broken(signedOut('ok').does(1, 'view-history', { ...own, at: 111 }))).toEqual(['afterlife']);
  });

  it('waits for the bound that the target declares', () => {
    const builder = () => signedOut('ok').does(1, 'view-history', { ...own, at: 600 });
    expect(broken(builder(), bound('signOutBoundMs', 490))).toEqual([]);
    expect(broken(builder(), bound('signOutBoundMs', 489))).toEqual(['afterlife']);
  });

  it('counts only a sign-out that surely happened, of that session, and not followed by a sign-in', () => {
    expect(broken(signedOut('timeout').does(1, 'view-history', own))).toEqual([]);
    expect(broken(signedOut('ok').does(1, 'view-history', { sees: [[1, 'title']], session: 'other' }))).toEqual([]);
    expect(
      broken(
        signedOut('ok')
          .does(1, 'sign-in')
          .does(1, 'view-history', { sees: [[1, 'title']] }),
      ),
    ).toEqual([]);
  });

  it('leaves another’s data to the graver rule', () => {
    expect(broken(signedOut('ok').does(1, 'view-history', { ...own, sees: [[2, 'title']] }))).toEqual([
      'foreign-listing',
    ]);
  });
});

describe('after withdrawal', () => {
  const view = { of: 2, sees: [[2, 'title']] } as const;
  const lent = () => historyBuilder().does(2, 'share', { of: 1, at: 0 });

  it('an answer that began later must be empty; one that overlaps may not be', () => {
    const withdrawn = () => lent().does(2, 'withdraw', { of: 1, at: 100 });
    expect(broken(withdrawn().does(1, 'view-history', { ...view, at: 110 }))).toEqual([]);
    expect(broken(withdrawn().does(1, 'view-history', { ...view, at: 111 }))).toEqual(['afterlife']);
    expect(broken(withdrawn().does(1, 'view-history', { ...view, at: 111 }), bound('withdrawalBoundMs', 1))).toEqual(
      [],
    );
  });

  it('closes nothing if it may not have happened, and a new share opens the right again', () => {
    const unsure = lent().does(2, 'withdraw', { of: 1, outcome: 'connection-error' });
    expect(broken(unsure.does(1, 'view-history', view))).toEqual([]);
    const again = lent().does(2, 'withdraw', { of: 1 }).does(2, 'share', { of: 1 });
    expect(broken(again.does(1, 'view-history', view))).toEqual([]);
  });

  it('does not close a share whose answer was lost: it may take effect later', () => {
    const late = historyBuilder().does(2, 'share', { of: 1, outcome: 'timeout' }).does(2, 'withdraw', { of: 1 });
    expect(broken(late.does(1, 'view-history', view))).toEqual([]);
  });
});

describe('after erasure', () => {
  it('neither the owner nor a proxy may see anything', () => {
    const erased = (at: number) =>
      historyBuilder()
        .does(2, 'share', { of: 1, at: 0 })
        .does(2, 'erase', { at: 100 })
        .does(1, 'view-history', {
          at,
          sees: [[2, 'title']],
        });
    expect(broken(erased(110))).toEqual([]);
    expect(broken(erased(111))).toEqual(['afterlife']);
    expect(broken(erased(111), bound('erasureBoundMs', 1))).toEqual([]);
    const own = historyBuilder()
      .does(2, 'erase')
      .does(2, 'view-history', { sees: [[2, 'title']] });
    expect(broken(own)).toEqual(['afterlife']);
  });

  it('a stranger breaks two rules at once, and the administrator’s erasure counts too', () => {
    const erased = historyBuilder().add({ v: 1, t: 'erased', patient: 2, at: 10_000 });
    expect(broken(erased.does(1, 'watch', { at: 100, sees: [[2, 'recording']] }))).toEqual([
      'foreign-recording',
      'afterlife',
    ]);
  });

  it('an erasure that failed proves nothing', () => {
    const failed = historyBuilder().does(2, 'erase', { outcome: 'failed' });
    expect(broken(failed.does(2, 'view-history', { sees: [[2, 'title']] }))).toEqual([]);
  });
});
