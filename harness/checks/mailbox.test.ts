// The mailbox: it is the patient's and not the session's, so what was sent there by right is nobody's afterlife.
import { expect, it } from 'vitest';
import { broken, historyBuilder } from './history-builder.ts';

const mail = { exchange: { route: '/inboxes/{email}', credentials: 'authorization' } } as const;

it('shows its owner their own, also after signing out, and before ever signing in', () => {
  const own = {
    ...mail,
    sees: [
      [1, 'title', 16],
      [1, 'surname'],
    ],
  } as const;
  expect(broken(historyBuilder().does(1, 'read-inbox', own))).toEqual([]);
  expect(
    broken(
      historyBuilder()
        .does(1, 'sign-out')
        .does(1, 'read-inbox', { ...own, signedIn: 'ended' }),
    ),
  ).toEqual([]);
  expect(broken(historyBuilder().does(1, 'read-inbox', { ...own, signedIn: 'never' }))).toEqual([]);
  expect(
    broken(
      historyBuilder()
        .does(1, 'erase')
        .does(1, 'read-inbox', { ...own, signedIn: 'ended' }),
    ),
  ).toEqual([]);
});

it("rings for another's notice, whatever state the session is in", () => {
  const foreign = {
    ...mail,
    sees: [
      [2, 'title', 16],
      [2, 'surname'],
    ],
  } as const;
  for (const signedIn of ['yes', 'ended', 'never'] as const) {
    expect(broken(historyBuilder().does(1, 'read-inbox', { ...foreign, signedIn }))).toEqual([
      'foreign-listing',
      'foreign-identity',
    ]);
  }
});

it('keeps what a proxy was told while they had the right', () => {
  const told = { ...mail, sees: [[2, 'title', 0]] } as const;
  const lent = () => historyBuilder().does(2, 'share', { of: 1 });
  expect(broken(lent().does(2, 'withdraw', { of: 1 }).does(1, 'read-inbox', told))).toEqual([]);
  expect(broken(historyBuilder().does(1, 'read-inbox', told).does(2, 'share', { of: 1 }))).toEqual(['foreign-listing']);
});
