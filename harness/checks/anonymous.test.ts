import { expect, it } from 'vitest';
import { broken, historyBuilder, judged } from './history-builder.ts';

it('allows a client without credentials what is public, and nothing personal', () => {
  expect(broken(historyBuilder().does(null, 'slots'))).toEqual([]);
  const [finding] = judged(historyBuilder().does(null, 'watch', { sees: [[2, 'recording']] })).findings;
  expect(finding).toMatchObject({ rule: 'anonymous', viewed: 1, viewers: 1, first: { viewer: null, owner: 2 } });
});

it('counts as anonymous who has not signed in yet, but for the sign-in itself', () => {
  const before = { signedIn: 'never', sees: [[1, 'surname']] } as const;
  const bare = { exchange: { credentials: 'none' } } as const;
  expect(broken(historyBuilder().does(1, 'sign-in', { ...before, ...bare }))).toEqual([]);
  expect(broken(historyBuilder().does(1, 'view-history', before))).toEqual(['anonymous']);
});

it('gives the benefit of the doubt to a client whose sign-in got no answer, if it sent credentials', () => {
  const unsure = () => historyBuilder().does(1, 'sign-in', { signedIn: 'never', outcome: 'aborted' });
  const view = { signedIn: 'never', sees: [[1, 'title']] } as const;
  expect(broken(unsure().does(1, 'view-history', view))).toEqual([]);
  expect(broken(unsure().does(1, 'view-history', { ...view, exchange: { credentials: 'none' } }))).toEqual([
    'anonymous',
  ]);
});
