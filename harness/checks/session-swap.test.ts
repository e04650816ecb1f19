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

it('lets a value come back to another session of the same patient, and not to a client without a patient', () => {
  const issued = () => historyBuilder().does(1, 'sign-in', { session: 'a', sessionValues: ['sid=f00'] });
  expect(broken(issued().does(1, 'sign-in', { session: 'b', sessionValues: ['sid=f00'] }))).toEqual([]);
  expect(broken(issued().does(2, 'sign-in', { session: 'b', sessionValues: ['sid=f00'] }))).toEqual(['session-swap']);
  const [finding] = judged(issued().does(null, 'slots', { sessionValues: ['sid=f00'] })).findings;
  expect(finding).toMatchObject({ rule: 'session-swap', first: { viewer: null, owner: 1 } });
  expect(JSON.stringify(finding)).not.toContain('f00');
});

it('leaves alone what two anonymous clients share, and what the alarm test did', () => {
  const nobody = historyBuilder().does(null, 'slots', { session: 'a', sessionValues: ['f00'] });
  expect(broken(nobody.does(null, 'slots', { session: 'b', sessionValues: ['f00'] }))).toEqual([]);
  const alarm = historyBuilder().does(9, 'sign-in', { alarm: true, sessionValues: ['f00'] });
  expect(broken(alarm.does(1, 'sign-in', { sessionValues: ['f00'] }))).toEqual([]);
});

/** One sign-in per patient in `patients`, each a session of its own that is given these values. */
function signIns(patients: readonly number[], valuesOf: (i: number) => readonly string[]) {
  const builder = historyBuilder();
  for (const [i, patient] of patients.entries()) {
    builder.does(patient, 'sign-in', { session: `s${i}`, sessionValues: [...valuesOf(i)] });
  }
  return builder;
}

it('takes a name with few values for many sessions for no session, and says so', () => {
  const sticky = signIns([1, 2, 3, 4, 5], (i) => [`sid=${i}`, `node=${i % 2}`, 'consent=yes']);
  expect(broken(sticky)).toEqual([]);
  const warnings = judged(sticky).warnings.filter((warning) => warning.includes("no session's"));
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain("cookie (or token) node is no session's: 2 values for 5 sessions");
  expect(warnings[1]).toContain("cookie (or token) consent is no session's: 1 value for 5 sessions");
});

it('judges a name whose values are unique at half of the sessions, or that too few received', () => {
  expect(broken(signIns([1, 2, 3, 4], (i) => [`sid=${i % 2}`]))).toEqual(['session-swap']);
  expect(broken(signIns([1, 2, 3, 4, 5], (i) => [`sid=${i % 2}`]))).toEqual([]);
  expect(broken(signIns([1, 2, 3], () => ['sid=same']))).toEqual(['session-swap']);
  expect(broken(signIns([1, 2, 3, 4], () => ['sid=same']))).toEqual([]);
});

it('judges one name, however shared the values of another are', () => {
  const swapped = (last: string) => signIns([1, 2, 3, 4, 5], (i) => ['consent=yes', `sid=${i === 4 ? last : i}`]);
  expect(broken(swapped('4'))).toEqual([]);
  expect(broken(swapped('0'))).toEqual(['session-swap']);
});

it('takes a value that the adapter told of for a session’s, though everybody has it', () => {
  expect(broken(signIns([1, 2, 3, 4, 5], () => ['token=same']))).toEqual(['session-swap']);
});

it('judges tokens that are issued once per patient, though each comes to many sessions', () => {
  const perPatient = (last: number) =>
    signIns([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, last], (i) => [`token=of-${1 + Math.floor((i % 12) / 4)}`]);
  expect(broken(perPatient(1))).toEqual([]);
  expect(broken(perPatient(2))).toEqual(['session-swap']);
});
