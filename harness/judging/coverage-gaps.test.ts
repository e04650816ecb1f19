import { expect, it } from 'vitest';
import { type HistoryBuilder, historyBuilder, options } from '../checks/history-builder.ts';
import { buildWorld } from '../checks/world.ts';
import type { Operation } from '../history.ts';
import { notExercised } from './coverage-gaps.ts';

const told = (builder: HistoryBuilder, scenarios: readonly string[], actions: readonly string[]): string[] =>
  notExercised(buildWorld(builder.lines, options.declares), { scenarios, actions });

/** Whether a line that begins so is said of this history. */
const says = (builder: HistoryBuilder, words: string): boolean =>
  told(builder, ['test'], ['slots']).some((line) => line.includes(words));

it('says nothing where it was not told what to expect', () => {
  expect(told(historyBuilder(), [], [])).toEqual([]);
});

it('names planned scenarios and possible actions without an answered operation', () => {
  const builder = historyBuilder().does(1, 'slots').does(1, 'watch', { outcome: 'timeout' });
  const lines = told(builder, ['test', 'other'], ['slots', 'watch', 'share']);
  expect(lines.slice(0, 3)).toEqual([
    'scenario other: planned, and none of it was performed',
    'action watch: never answered with a yes or a no',
    'action share: never answered with a yes or a no',
  ]);
  expect(told(builder.does(1, 'watch', { outcome: 'refused' }), [], ['watch'])[0]).not.toContain('watch');
});

it('names the rule anonymous until something was asked for without a session', () => {
  expect(says(historyBuilder().does(1, 'slots'), 'rule anonymous')).toBe(true);
  expect(says(historyBuilder().does(null, 'slots'), 'rule anonymous')).toBe(false);
  expect(says(historyBuilder().does(1, 'watch', { signedIn: 'never', outcome: 'refused' }), 'rule anonymous')).toBe(
    false,
  );
});

it('names the afterlife of a session until something personal was asked for after a sign-out', () => {
  const signedOut = () => historyBuilder().does(1, 'sign-out');
  const after = { outcome: 'refused', signedIn: 'ended' } as const;
  expect(says(signedOut(), 'after a sign-out')).toBe(true);
  expect(says(signedOut().does(1, 'slots', after), 'after a sign-out')).toBe(true);
  expect(says(signedOut().does(1, 'view-history', { session: 'another' }), 'after a sign-out')).toBe(true);
  expect(says(signedOut().does(1, 'view-history', after), 'after a sign-out')).toBe(false);
});

it('names the afterlife of a proxy right until it was tried after the withdrawal', () => {
  const lent = () => historyBuilder().does(2, 'share', { of: 1 });
  const look = { of: 2, outcome: 'refused' } as const;
  expect(says(lent().does(1, 'view-history', look), 'after a withdrawal')).toBe(true);
  const withdrawn = () => lent().does(2, 'withdraw', { of: 1 });
  expect(says(withdrawn(), 'after a withdrawal')).toBe(true);
  expect(says(withdrawn().does(3, 'view-history', look), 'after a withdrawal')).toBe(true);
  expect(says(withdrawn().does(1, 'view-history', look), 'after a withdrawal')).toBe(false);
});

it('counts no action as tried that had nothing to ask for', () => {
  const asked = historyBuilder().does(1, 'turn-page').lines.at(-1) as Operation;
  const idle = historyBuilder().add({ ...asked, exchanges: [] });
  expect(told(idle, [], ['turn-page'])[0]).toContain('action turn-page');
  expect(told(idle.does(1, 'turn-page'), [], ['turn-page'])[0]).not.toContain('turn-page');
});

it('names the afterlife of the erased until somebody looked for them', () => {
  const erased = () => historyBuilder().does(1, 'erase');
  const refused = { outcome: 'refused', signedIn: 'ended' } as const;
  expect(says(historyBuilder(), 'after an erasure')).toBe(false);
  expect(says(erased(), 'after an erasure')).toBe(true);
  expect(says(erased().does(2, 'view-history'), 'after an erasure')).toBe(true);
  expect(says(erased().does(1, 'view-history', refused), 'after an erasure')).toBe(false);
  expect(says(erased().does(2, 'view-history', { of: 1, outcome: 'refused' }), 'after an erasure')).toBe(false);
});
