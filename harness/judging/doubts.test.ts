import { describe, expect, it } from 'vitest';
import { judged, options, passingHistory, thisRun, wholeItem } from '../checks/history-builder.ts';
import type { HistoryLine, Operation } from '../history.ts';
import { judge } from '../judge.ts';
import type { Verdict } from '../verdict.ts';

const judgeLines = (lines: Iterable<HistoryLine>): Verdict => judge(lines, options);
const without = (keep: (line: HistoryLine) => boolean): Verdict => judgeLines(passingHistory().lines.filter(keep));
const changed = (change: (line: HistoryLine) => HistoryLine): Verdict => judgeLines(passingHistory().lines.map(change));
const isLoad = (line: HistoryLine): line is Operation => line.t === 'operation' && line.alarm !== true;

describe('INCONCLUSIVE, naming the reason', () => {
  const expectDoubt = (verdict: Verdict, ...words: (string | RegExp)[]): void => {
    expect(verdict).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 2, findings: [] });
    for (const word of words) expect(verdict.reasons.join('\n')).toMatch(word);
    expect(verdict.meaning).toContain('does not show that there is none');
  };

  it('the load never began, was killed, was cut short, or did nothing', () => {
    expectDoubt(
      without((line) => !(line.t === 'phase' && line.phase === 'load')),
      'never began',
    );
    const killed = without((line) => !(line.t === 'phase' && line.phase === 'load' && line.event === 'ended'));
    expectDoubt(killed, 'ends before the load did');
    const cutShort = changed((line) =>
      line.t === 'phase' && line.phase === 'load' && line.event === 'ended' ? { ...line, cutShort: 'Ctrl-C' } : line,
    );
    expectDoubt(cutShort, /cut short \(Ctrl-C\)/);
    expectDoubt(
      without((line) => !isLoad(line)),
      'No operation of the load',
    );
  });

  it('the alarm did not ring, was not tried, or has no channel', () => {
    const swallowed = changed((line) =>
      line.t === 'operation' && line.alarm && line.action === 'watch'
        ? { ...line, exchanges: line.exchanges.map((exchange) => ({ ...exchange, sightings: [] })) }
        : line,
    );
    expectDoubt(swallowed, /before the load did not ring on the bytes channel.*no canary/, /after the load/);
    expect(swallowed.alarm.passed).toBe(false);
    const untried = without((line) => !(line.t === 'operation' && line.alarm === true && line.startedAt > 20_000));
    expectDoubt(untried, /after the load did not ring on the list channel: no view-history was performed/);
    expectDoubt(judged(passingHistory(), { alarmChannels: [] }), 'no channel');
  });

  it('the alarm does not ring for its own patient', () => {
    const own = changed((line) => (line.t === 'operation' && line.alarm ? { ...line, patient: 91 } : line));
    expectDoubt(own, 'did not ring on the list channel');
  });

  it('the alarm rang by ids alone, which the load may have taught', () => {
    const builder = passingHistory().does(91, 'view-history', { at: 8_000, listedIds: ['x'], sees: [[91, 'title']] });
    const byId = builder.lines.map((line) =>
      line.t === 'operation' && line.alarm && line.action === 'view-history'
        ? { ...line, listedIds: ['x'], exchanges: line.exchanges.map((one) => ({ ...one, sightings: [] })) }
        : line,
    );
    expectDoubt(judgeLines(byId), 'did not ring on the list channel');
  });

  it('a fault failed, did not bite, was not healed, or is not in the history', () => {
    const event = (name: string) => (line: HistoryLine) => !(line.t === 'fault' && line.event === name);
    expectDoubt(without(event('proved')), /flush \(flush-kind\) was not proved to have bitten/);
    expectDoubt(without(event('healed')), /flush.*never healed/);
    expectDoubt(without(event('injected')), /flush.*never injected/);
    const toothless = changed((line) =>
      line.t === 'fault' && line.event === 'proved' ? { ...line, event: 'not-proved', proof: '0 entries lost' } : line,
    );
    expectDoubt(toothless, '0 entries lost');
    const failed = passingHistory();
    failed.add({ v: 1, t: 'fault', id: 'roll', kind: 'roll', event: 'failed', at: 12_000, proof: 'no such lever' });
    expectDoubt(judged(failed), 'no such lever');
    expectDoubt(judged(passingHistory(), { faultsExpected: ['flush', 'crash'] }), 'Fault crash was planned');
    expect(judged(passingHistory(), { faultsExpected: ['flush'] }).verdict).toBe('PASS');
  });

  it('a window, node, version or action saw too little', () => {
    const floor = options.floor;
    const starved = judged(passingHistory(), { floor: { ...floor, opportunitiesPerWindow: 3 } });
    expectDoubt(starved, 'The window flush saw 2 opportunities and its floor is 3');
    expectDoubt(judged(passingHistory(), { floor: { ...floor, opportunitiesPerNode: 7 } }), /node app-1.*floor is 7/);
    expectDoubt(judged(passingHistory(), { floor: { ...floor, opportunitiesPerVersion: 7 } }), /version v1.*is 7/);
    const perAction = (opportunitiesPerAction: number) =>
      judged(passingHistory(), { floor: { ...floor, opportunitiesPerAction }, actionsExpected: ['view-history'] });
    expectDoubt(perAction(7), /action view-history saw 6 .* floor is 7/);
    expect(perAction(6).verdict).toBe('PASS');
    expectDoubt(judged(passingHistory(), { actionsExpected: ['view-history'] }), 'its floor is 20');
    expect(judged(passingHistory(), { floor: { ...floor, opportunitiesPerNode: 6 } }).verdict).toBe('PASS');
  });

  it('an expected node or version never served', () => {
    expectDoubt(judged(passingHistory(), { nodesExpected: ['app-1', 'app-2'] }), 'node app-2 was expected');
    expectDoubt(judged(passingHistory(), { versionsExpected: ['v2'] }), 'version v2 was expected');
  });

  it('an expected action was never done, or never on one of the versions', () => {
    const floor = { ...options.floor, opportunitiesPerAction: 1 };
    const expecting = { floor, actionsExpected: ['watch'] };
    expectDoubt(judged(passingHistory(), expecting), 'action watch was expected and was never performed');
    const watched = () => passingHistory().does(1, 'watch', { at: 8_050, sees: [[1, 'recording']] });
    expect(judged(watched(), expecting).verdict).toBe('PASS');
    const upgraded = () =>
      watched().does(1, 'view-history', { at: 8_100, sees: wholeItem(1), exchange: { version: 'v2' } });
    expectDoubt(judged(upgraded(), expecting), /version v2 never delivered a recording \(watch\)/);
    const both = upgraded().does(2, 'watch', { at: 8_150, sees: [[2, 'recording']], exchange: { version: 'v2' } });
    expect(judged(both, expecting).verdict).toBe('PASS');
  });

  it('nothing looked after the recovery', () => {
    const late = without((line) => !(isLoad(line) && line.startedAt > 12_000 && line.startedAt < 14_000));
    expectDoubt(late, 'The window recovery saw 0 opportunities');
  });

  it('no operation could have leaked, even where the drill asks for no floor', () => {
    const floor = { opportunitiesPerWindow: 0, opportunitiesPerNode: 0, opportunitiesPerVersion: 0 };
    const alone = passingHistory().lines.filter((line) => !(isLoad(line) && line.patient === 2));
    expectDoubt(judge(alone, { ...options, floor }), 'No operation could have leaked');
  });

  it('most of it failed', () => {
    const builder = passingHistory();
    for (let i = 0; i < 9; i++) builder.does(1, 'view-history', { at: 9_000 + i, outcome: 'failed' });
    expectDoubt(judged(builder), /9 of 17 operations failed/);
    expect(judged(builder, { errorRateMax: 9 / 17 }).verdict).toBe('PASS');
  });

  it('most of it was left undone, naming why', () => {
    const skipping = (steps: number) =>
      passingHistory()
        .add({ v: 1, t: 'skipped', session: 's', scenario: 'test', steps: 3, why: 'late' })
        .add({ v: 1, t: 'skipped', session: 's', scenario: 'test', steps, why: 'could not sign in' });
    expect(judged(skipping(9)).verdict).toBe('PASS');
    expectDoubt(judged(skipping(10)), /13 of 21 planned steps.*could not sign in \(10\); late \(3\)/);
    expect(judged(skipping(10), { skippedRateMax: 0.7 }).verdict).toBe('PASS');
  });

  it('data of an earlier run were shown, which no right explains', () => {
    const shown = (patient: number | null, run: number) =>
      judged(passingHistory().does(patient, 'slots', { at: 9_000, sees: [[patient ?? 1, 'title', 0, run]] }));
    expect(shown(1, thisRun).verdict).toBe('PASS');
    expectDoubt(shown(1, thisRun - 1), /1 sightings.*patient 1 in operation op-\d+ \(GET \/slots\)/, 'crosstalk heal');
    expectDoubt(shown(null, thisRun - 1), 'a client without a patient');
  });

  it('too many lists lack the own; a few are a warning', () => {
    const builder = passingHistory().does(1, 'view-history', { at: 9_000, complete: true });
    const verdict = judged(builder);
    expect(verdict.verdict).toBe('INCONCLUSIVE');
    expect(verdict.reasons.join()).toContain('1 of 9 whole own lists');
    const lenient = judged(builder, { missingOwnRateMax: 1 / 9 });
    expect(lenient.verdict).toBe('PASS');
    expect(lenient.warnings.join()).toContain('missing-own');
  });

  it('a session, or a patient over several, never saw its own', () => {
    const tries = (count: number, session: (i: number) => string) => {
      const builder = passingHistory();
      for (let i = 0; i < count; i++) builder.does(3, 'who-am-i', { at: 9_000 + i, session: session(i) });
      return judged(builder);
    };
    expect(tries(2, () => 'blind').verdict).toBe('PASS');
    expectDoubt(
      tries(3, () => 'blind'),
      'session blind of patient 3 (3 times)',
    );
    expectDoubt(
      tries(3, (i) => `short-${i}`),
      'patient 3 over several sessions',
    );
  });

  it('but not one that has nothing of its own to see', () => {
    const newcomer = passingHistory();
    for (let i = 0; i < 3; i++) newcomer.does(3, 'view-history', { at: 9_000 + i, complete: true });
    expect(judged(newcomer).verdict).toBe('PASS');
  });
});
