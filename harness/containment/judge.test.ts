// Small containment drills, as histories: a channel that went dark, one that did not, one that had nothing to show.
import { describe, expect, it } from 'vitest';
import { type HistoryBuilder, historyBuilder, loadBeganAt, options } from '../checks/history-builder.ts';
import { judgeContainment, switchFaultId } from './judge.ts';
import { type ContainChannel, type ContainReport, containReportSchema } from './report.ts';

const terms = {
  switchName: 'off',
  claims: ['lists', 'bytes', 'open-pages', 'signed-links'],
  leak: 'planted exposure',
  withinMs: 5_000,
  quietMs: 3_000,
  probeEveryMs: 250,
} as const;

const pulledMs = 10_000;
const releasedMs = 20_000;

/** Watchers of the four planted channels, and a look for own data; each shows what is another's until `darkMs`. */
function drill(
  darkMs: Partial<Record<ContainChannel, number>> = {},
  own: { readonly back: boolean } = { back: true },
): HistoryBuilder {
  const builder = historyBuilder();
  builder.fault(switchFaultId, pulledMs, releasedMs, { kind: 'switch off' });
  const sessions = { lists: 'lists', 'open-pages': 'page', bytes: 'bytes-1', 'signed-links': 'links' } as const;
  for (const [channel, name] of Object.entries(sessions)) {
    const until = darkMs[channel as ContainChannel] ?? pulledMs + 200;
    const isBytes = channel === 'bytes' || channel === 'signed-links';
    for (let at = 8_000; at < releasedMs; at += 250) {
      const isForeign = at < until;
      builder.does(1, isBytes ? 'watch' : 'view-history', {
        at,
        session: `contain-planted-${name}`,
        scenario: 'contain-planted',
        sees: isForeign ? [[9, isBytes ? 'recording' : 'title', 1]] : [],
        outcome: isForeign ? 'ok' : 'failed',
        exchange: { status: isForeign ? 200 : 503 },
      });
    }
  }
  for (const [number, at] of [7_000, ...(own.back ? [releasedMs + 300] : [])].entries()) {
    const words = { session: `contain-own-${number}`, scenario: 'contain' };
    builder.does(9, 'view-history', { ...words, at, sees: [[9, 'title']] });
    builder.does(9, 'watch', { ...words, at: at + 50, sees: [[9, 'recording']] });
  }
  return builder;
}

const judged = ({ lines }: HistoryBuilder): ContainReport =>
  containReportSchema.parse(judgeContainment(lines, options.declares, terms));

const outcomes = ({ channels }: ContainReport): Record<string, string> =>
  Object.fromEntries(channels.map(({ channel, outcome }) => [channel, outcome]));

describe('a containment drill', () => {
  it('passes where every channel that could be judged went dark, and own data came back', () => {
    const report = judged(drill());
    expect(report).toMatchObject({ verdict: 'PASS', exitCode: 0, reasons: [], ownBackMs: 360 });
    expect(outcomes(report)).toEqual({
      lists: 'dark',
      bytes: 'dark',
      'open-pages': 'dark',
      'signed-links': 'dark',
      'shared-cache': 'not-judged',
      notifications: 'not-judged',
      'browser-caches': 'not-judged',
      downloads: 'not-judged',
    });
  });

  it('measures from the pull to the end of the last answer that showed something', () => {
    const lists = judged(drill({ lists: pulledMs + 2_001 })).channels[0];
    expect(lists).toMatchObject({ channel: 'lists', outcome: 'dark', lastSightMs: 2_010, foreignAfter: 9 });
    expect(judged(drill({ lists: pulledMs })).channels[0]).toMatchObject({
      outcome: 'dark',
      lastSightMs: 0,
      foreignAfter: 0,
    });
  });

  it.each(['lists', 'bytes', 'open-pages', 'signed-links'] as const)('fails where %s is still shown', (channel) => {
    const report = judged(drill({ [channel]: releasedMs }));
    expect(report).toMatchObject({ verdict: 'LEAK', exitCode: 1 });
    expect(outcomes(report)[channel]).toBe('lit');
    expect(Object.values(outcomes(report)).filter((outcome) => outcome === 'lit')).toHaveLength(1);
    expect(report.reasons[0]).toContain(`${channel} still showed`);
  });

  it('fails where it went dark by itself, too late', () => {
    expect(judged(drill({ bytes: pulledMs + 6_000 })).verdict).toBe('LEAK');
  });

  it('is inconclusive where a channel that the switch claims had nothing to show', () => {
    const report = judged(drill({ 'signed-links': 0 }));
    expect(report.verdict).toBe('INCONCLUSIVE');
    expect(report.reasons).toEqual([
      expect.stringMatching(/^signed-links, which the switch claims, could not be judged: nothing foreign/),
    ]);
  });

  it('is inconclusive where hardly any look was answered after the pull', () => {
    const builder = drill();
    const kept = builder.lines.filter(
      (line) =>
        !(line.t === 'operation' && line.session.endsWith('-links') && line.startedAt > loadBeganAt + pulledMs + 400),
    );
    builder.lines.splice(0, builder.lines.length, ...kept);
    expect(judged(builder)).toMatchObject({
      verdict: 'INCONCLUSIVE',
      reasons: [expect.stringContaining('looks were answered')],
    });
  });

  it('does not take a list on the way to a recording for the recording', () => {
    const builder = drill({ bytes: 0 });
    builder.does(1, 'view-history', { at: 9_000, session: 'contain-planted-bytes-1', sees: [[9, 'title']] });
    expect(outcomes(judged(builder)).bytes).toBe('not-judged');
  });

  it('does not take a request that got no answer for silence', () => {
    const builder = drill({ lists: releasedMs });
    for (const [index, line] of builder.lines.entries()) {
      if (line.t !== 'operation' || !line.session.endsWith('-lists') || line.startedAt < loadBeganAt + pulledMs)
        continue;
      builder.lines[index] = {
        ...line,
        outcome: 'connection-error',
        exchanges: line.exchanges.map((one) => ({ ...one, status: 0, sightings: [] })),
      };
    }
    expect(outcomes(judged(builder)).lists).toBe('not-judged');
  });

  it('is inconclusive where own data did not come back', () => {
    const report = judged(drill({}, { back: false }));
    expect(report).toMatchObject({ verdict: 'INCONCLUSIVE', ownBackMs: null });
    expect(report.reasons).toEqual(['Own data did not come back after the switch was released.']);
  });

  it('judges the shared cache by the answers that say they came out of one', () => {
    const builder = drill();
    for (let at = 8_000; at < releasedMs; at += 250)
      builder.does(2, 'view-history', {
        at,
        session: 'contain-neighbour-0',
        scenario: 'contain',
        sees: [[9, 'title', 1]],
        exchange: { cacheHeaders: { 'x-cache-status': 'hit' } },
      });
    expect(outcomes(judged(builder))).toMatchObject({ 'shared-cache': 'lit', lists: 'lit' });
  });

  it('says that nothing was tested where the switch was never pulled', () => {
    const builder = historyBuilder().does(1, 'view-history', {
      session: 'contain-planted-lists',
      sees: [[9, 'title']],
    });
    expect(judged(builder)).toMatchObject({
      verdict: 'INCONCLUSIVE',
      pulledAt: null,
      reasons: [expect.stringContaining('never pulled')],
    });
  });
});
