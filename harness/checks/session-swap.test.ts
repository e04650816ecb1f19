import { expect, it } from 'vitest';
import { broken, historyBuilder, judged } from './history-builder.ts';

it('lets an identity answer name its own patient only', () => {
  for (const action of ['who-am-i', 'sign-in'] as const) {
    expect(
      broken(
        historyBuilder().does(1, action, {
          sees: [
            [1, 'surname'],
            [1, 'email'],
          ],
        }),
      ),
    ).toEqual([]);
    expect(broken(historyBuilder().does(1, action, { sees: [[2, 'surname']] }))).toEqual(['session-swap']);
  }
  expect(broken(historyBuilder().does(1, 'who-am-i', { sees: [[2, 'note']] }))).toEqual(['foreign-identity']);
});

it('lets a session value come back to its own session, and to no other', () => {
  const issued = historyBuilder().does(1, 'sign-in', { sessionValues: ['f00'] });
  expect(broken(issued.does(1, 'view-history', { sessionValues: ['f00', 'f01'] }))).toEqual([]);
  expect(broken(issued.does(2, 'view-history', { sessionValues: ['f00'] }))).toEqual(['session-swap']);
});

it('holds also between two sessions of one patient, and for a client without a patient', () => {
  const twice = historyBuilder().does(1, 'sign-in', { session: 'a', sessionValues: ['f00'] });
  expect(broken(twice.does(1, 'sign-in', { session: 'b', sessionValues: ['f00'] }))).toEqual(['session-swap']);
  const toNobody = historyBuilder().does(1, 'sign-in', { sessionValues: ['f00'] });
  const [finding] = judged(toNobody.does(null, 'slots', { sessionValues: ['f00'] })).findings;
  expect(finding).toMatchObject({ rule: 'session-swap', first: { viewer: null, owner: 1 } });
  expect(JSON.stringify(finding)).not.toContain('f00');
});

it('leaves alone what two anonymous clients share, and what the alarm test did', () => {
  const nobody = historyBuilder().does(null, 'slots', { session: 'a', sessionValues: ['f00'] });
  expect(broken(nobody.does(null, 'slots', { session: 'b', sessionValues: ['f00'] }))).toEqual([]);
  const alarm = historyBuilder().does(9, 'sign-in', { alarm: true, sessionValues: ['f00'] });
  expect(broken(alarm.does(1, 'sign-in', { sessionValues: ['f00'] }))).toEqual([]);
});
