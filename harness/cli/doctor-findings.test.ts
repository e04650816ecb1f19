// What the doctor makes of its walks, each sound one beside its smallest unsound neighbour.
import { describe, expect, it } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { type HistoryBuilder, historyBuilder } from '../checks/history-builder.ts';
import { target as clinic } from '../targets/clinic.ts';
import type { Target } from '../targets/target.ts';
import { findings } from './doctor-findings.ts';

const sound = (): HistoryBuilder =>
  historyBuilder()
    .does(3, 'sign-in')
    .does(3, 'view-history', { sees: [[3, 'title']] })
    .does(3, 'watch', { sees: [[3, 'recording']] });

const found = (history: HistoryBuilder, target: Target = clinic, looked = false) =>
  findings({
    operations: history.lines.filter((line) => line.t === 'operation'),
    target,
    scenarios,
    looked,
  });

const problems = (history: HistoryBuilder, target?: Target): readonly (string | undefined)[] =>
  found(history, target)
    .mustHave.filter(({ problem }) => problem !== undefined)
    .map(({ what, problem }) => `${what}: ${problem}`);

const without = (...kinds: readonly (keyof Target['actions'])[]): Target => ({
  ...clinic,
  actions: Object.fromEntries(Object.entries(clinic.actions).filter(([kind]) => !kinds.some((each) => each === kind))),
});

describe('what a drill must have', () => {
  it('is there', () => {
    expect(problems(sound())).toEqual([]);
    expect(found(sound())).toMatchObject({
      wentWrong: [],
      couldHave: [],
      warnings: [],
      playable: { count: 23, of: 23 },
    });
  });

  it('lacks a list with the patient’s own title, or with another’s', () => {
    for (const owner of [null, 7]) {
      const history = historyBuilder()
        .does(3, 'sign-in')
        .does(3, 'view-history', { sees: owner === null ? [] : [[owner, 'title']] })
        .does(3, 'watch', { sees: [[3, 'recording']] });
      expect(problems(history)).toEqual([expect.stringMatching(/own title: the list showed no title canary/)]);
    }
  });

  it('lacks a recording: there was nothing to play, or its bytes hold no canary', () => {
    const begin = () =>
      historyBuilder()
        .does(3, 'sign-in')
        .does(3, 'view-history', { sees: [[3, 'title']] });
    expect(problems(begin())).toEqual([expect.stringMatching(/nothing was played: view-history must put the links/)]);
    expect(problems(begin().does(3, 'watch'))).toEqual([expect.stringMatching(/bytes held no recording canary/)]);
    expect(problems(begin(), without('watch'))).toEqual([expect.stringMatching(/Begin with: watch: \(session/)]);
  });

  it('lacks a session', () => {
    const history = sound();
    history.lines.splice(1, 1);
    expect(problems(history.does(3, 'sign-in', { outcome: 'refused' }))).toEqual([
      expect.stringMatching(/sign-in opens a session: it was never ok/),
    ]);
  });

  it('lacks everybody, and then that alone is said', () => {
    const { mustHave } = findings({ operations: [], target: clinic, scenarios, looked: false, enrolment: 'no way' });
    expect(mustHave).toEqual([
      { what: expect.any(String), problem: expect.stringMatching(/^no way\. Nothing else was tried/) },
    ]);
  });
});

describe('what it could have, and what went wrong', () => {
  it('names the scenarios that need what is missing', () => {
    const { couldHave, playable } = found(sound(), without('read-inbox', 'cancel'));
    expect(couldHave).toEqual([
      expect.stringMatching(
        /^cancel: .* needed by live-through-reconnects\. Begin with: cancel: \(session, \{ item \}\)/,
      ),
      expect.stringMatching(/^read-inbox: .* needed by notices-after-outage\. Begin with: 'read-inbox'/),
    ]);
    expect(playable).toEqual({ count: 21, of: 23 });
  });

  it('an action that never went well went wrong; one that went well once did not', () => {
    const failed = sound().does(3, 'book', {
      outcome: 'failed',
      detail: '500',
      exchange: { method: 'POST', status: 500 },
    });
    expect(found(failed).wentWrong).toEqual(['book was failed (POST /book answered 500): 500']);
    expect(found(failed.does(3, 'book')).wentWrong).toEqual([]);
  });

  it('an odd path, and whoever has signed out, are refused by right', () => {
    const history = sound()
      .does(3, 'open-odd-path', { outcome: 'refused' })
      .does(3, 'who-am-i', { outcome: 'refused', signedIn: 'ended' });
    expect(found(history).wentWrong).toEqual([]);
    expect(found(sound().does(3, 'who-am-i', { outcome: 'refused' })).wentWrong).toHaveLength(1);
  });

  it('another patient’s data is no good sign', () => {
    const { wentWrong } = found(sound().does(3, 'who-am-i', { sees: [[7, 'surname']] }));
    expect(wentWrong).toEqual([
      expect.stringMatching(/who-am-i showed another patient's surname: two accounts are one/),
    ]);
  });

  it('what still shows after sign-out is warned of', () => {
    const afterSignOut = (sees: boolean) =>
      found(sound().does(3, 'view-history', { signedIn: 'ended', sees: sees ? [[3, 'title']] : [] })).warnings;
    expect(afterSignOut(true)).toEqual([
      expect.stringMatching(/after sign-out: .*afterlife, unless declares\.signOutBoundMs/),
    ]);
    expect(afterSignOut(false)).toEqual([]);
  });

  it('nothing is warned of that the adapter declares', () => {
    const history = sound()
      .does(3, 'sign-out')
      .does(3, 'view-history', { signedIn: 'ended', sees: [[3, 'title']] });
    const within = (signOutBoundMs: number) =>
      found(history, { ...clinic, declares: { ...clinic.declares, signOutBoundMs } }).warnings;
    expect(within(600_000)).toEqual([]);
    expect(within(0)).toHaveLength(1);
  });
});
