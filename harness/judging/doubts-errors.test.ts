import { expect, it } from 'vitest';
import { type HistoryBuilder, historyBuilder, judged, options, passingHistory } from '../checks/history-builder.ts';
import { buildWorld } from '../checks/world.ts';
import { notExercised } from './coverage-gaps.ts';
import { errorCount } from './doubts-errors.ts';

const errors = (builder: HistoryBuilder): number => errorCount(buildWorld(builder.lines, options.declares));
const refused = { outcome: 'refused' } as const;

it('what failed is an error; what was cut off by the client, or refused to a stranger, is none', () => {
  for (const outcome of ['failed', 'timeout', 'connection-error', 'adapter-error'] as const) {
    expect(errors(historyBuilder().does(1, 'slots', { outcome }))).toBe(1);
  }
  expect(errors(historyBuilder().does(1, 'slots', { outcome: 'aborted' }))).toBe(0);
  expect(errors(historyBuilder().does(null, 'view-history', refused))).toBe(0);
});

it('a refused sign-in is an error, and so is a refusal of what is the signed-in patient’s own', () => {
  expect(errors(historyBuilder().does(1, 'sign-in', { ...refused, signedIn: 'never' }))).toBe(1);
  expect(errors(historyBuilder().does(1, 'who-am-i', refused))).toBe(1);
  expect(errors(historyBuilder().does(1, 'view-history', refused))).toBe(1);
  expect(errors(historyBuilder().does(1, 'view-history', { ...refused, of: 2 }))).toBe(0);
  expect(errors(historyBuilder().does(1, 'watch', refused))).toBe(0);
  expect(errors(historyBuilder().does(1, 'view-history', { ...refused, signedIn: 'ended' }))).toBe(0);
});

it('who was turned away for asking too often was told nothing, whatever it asked for', () => {
  const after = (status: number) =>
    historyBuilder()
      .does(1, 'sign-out')
      .does(1, 'view-history', { ...refused, signedIn: 'ended', exchange: { status } });
  expect(errors(after(401))).toBe(0);
  expect(errors(after(429))).toBe(1);
  const exercises = { scenarios: [], actions: ['view-history'] };
  const never = (status: number) => notExercised(buildWorld(after(status).lines, options.declares), exercises).join();
  expect(never(401)).not.toContain('after a sign-out');
  expect(never(429)).toContain('nothing personal was asked for after a sign-out');
  expect(never(429)).toContain('action view-history: never answered');
  expect(judged(passingHistory().does(1, 'watch', { exchange: { status: 429 } })).warnings.join()).toContain(
    '1 operations were answered 429',
  );
});

it('a refusal after an erasure that may have happened is as it should be', () => {
  const after = (outcome: 'ok' | 'timeout' | 'refused') =>
    historyBuilder().does(1, 'erase', { outcome }).does(1, 'who-am-i', refused).does(1, 'sign-in', refused);
  expect(errors(after('ok'))).toBe(0);
  expect(errors(after('timeout'))).toBe(1);
  expect(errors(after('refused'))).toBe(2);
  const byAdministrator = (at: number) =>
    historyBuilder()
      .add({ v: 1, t: 'erased', patient: 1, at })
      .does(1, 'who-am-i', { ...refused, at: 100 });
  expect(errors(byAdministrator(10_050))).toBe(0);
  expect(errors(byAdministrator(10_200))).toBe(1);
});

it('a refusal after a sign-out whose answer was lost may be right, and before it is not', () => {
  const lost = (at: number) =>
    historyBuilder()
      .does(1, 'sign-out', { at: 100, outcome: 'timeout' })
      .does(1, 'view-history', { ...refused, at });
  expect(errors(lost(200))).toBe(1);
  expect(errors(lost(50))).toBe(2);
});

it('a target that refuses everybody their own is not healthy', () => {
  const closed = (count: number) => {
    const builder = passingHistory();
    for (let i = 0; i < count; i++) builder.does(1, 'view-history', { at: 9_000 + i, ...refused });
    return judged(builder);
  };
  expect(closed(8)).toMatchObject({ verdict: 'PASS', errors: 8 });
  expect(closed(9)).toMatchObject({ verdict: 'INCONCLUSIVE', errors: 9 });
  expect(closed(9).reasons.join()).toContain('9 of 17 operations failed or were refused');
});
