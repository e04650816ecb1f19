import { describe, expect, it } from 'vitest';
import { type HistoryBuilder, historyBuilder, judged, passingHistory, wholeItem } from '../checks/history-builder.ts';
import type { Verdict } from '../verdict.ts';
import { channelsOf } from './channels.ts';

type AlarmTest = Verdict['alarm']['tests'][number];
const test = (channel: AlarmTest['channel'], rang: boolean, delivered = true): AlarmTest[] =>
  (['before', 'after'] as const).map((phase) => ({ phase, channel, rang, delivered, detail: '' }));
const all = ['list', 'bytes', 'pixels'] as const;
const judgedOf = (tests: readonly AlarmTest[], wanted: readonly AlarmTest['channel'][] = all) =>
  Object.fromEntries(channelsOf(tests, wanted).reports.map(({ channel, judged }) => [channel, judged]));

describe('channels', () => {
  it('are judged where the alarm rang, before and after', () => {
    const rang = [...test('list', true), ...test('bytes', true), ...test('pixels', true)];
    expect(judgedOf(rang)).toEqual({ list: true, bytes: true, pixels: true });
    const [before, after] = test('bytes', true);
    const once = [...test('list', true), before, { ...after, rang: false }, ...test('pixels', true)] as AlarmTest[];
    expect(judgedOf(once)).toEqual({ list: true, bytes: false, pixels: true });
    expect(channelsOf(once, all).pixelsForBytes).toBe(false);
  });

  it('pixels stand in for bytes that came without a canary, and only for such', () => {
    const pixels = test('pixels', true);
    expect(channelsOf([...test('bytes', false), ...pixels], all).pixelsForBytes).toBe(true);
    expect(channelsOf([...test('bytes', false, false), ...pixels], all).pixelsForBytes).toBe(false);
    expect(channelsOf([...test('bytes', false), ...test('pixels', false)], all).pixelsForBytes).toBe(false);
    expect(channelsOf(test('bytes', false), ['list', 'bytes']).pixelsForBytes).toBe(false);
  });

  it('say how pixels could be judged where nobody looked', () => {
    const reports = channelsOf(test('list', true), ['list', 'bytes']).reports;
    expect(reports.find(({ channel }) => channel === 'pixels')).toMatchObject({ judged: false });
    expect(reports.find(({ channel }) => channel === 'pixels')?.why).toContain('--browser 4');
  });
});

const playing = { channel: 'pixels', route: '/me/rewatch' } as const;

/** As the alarm of a target that re-encodes, seen by browsers too; `seen` is what their players show. */
function reencoded(seen = true): HistoryBuilder {
  const builder = historyBuilder().enrolled(1, [0]).enrolled(2, [0]).phase('alarm-before', -2_000, -1_000);
  const ring = (at: number): void => {
    builder.does(90, 'view-history', { at, alarm: true, sees: [[91, 'title']] }).does(90, 'watch', { alarm: true });
    builder.does(90, 'watch', { alarm: true, browser: true, ...pixels(seen ? 91 : null, 'pixels:video') });
  };
  ring(-1_500);
  builder.add({ v: 1, t: 'browser', name: 'Chromium' }).phase('load', 0, 10_000);
  for (const at of [500, 8_000]) {
    for (const patient of [1, 2]) {
      builder
        .does(patient, 'view-history', { at: at + patient, complete: true, sees: wholeItem(patient) })
        .does(patient, 'watch', { at: at + patient + 20, browser: true, ...pixels(patient, 'pixels:video') })
        .does(patient, 'view-history', {
          ...{ at: at + patient + 40, browser: true },
          ...{ exchange: { channel: 'page', route: '/me/rewatch' }, sees: [[patient, 'title']] },
        });
    }
  }
  builder.phase('alarm-after', 11_000, 12_000);
  ring(11_500);
  return builder;
}

function pixels(owner: number | null, where: string) {
  const seen = { run: 7, item: 0, kind: 'recording', where, offset: 0, encoding: 'qr', count: 1 } as const;
  return { exchange: { ...playing, sightings: owner === null ? [] : [{ ...seen, owner }] } };
}

describe('a drill with browsers', () => {
  const eyes = { alarmChannels: all, floor: { ...floors(), opportunitiesPerChannel: 2 } };

  it('passes by pixels where bytes say nothing, and says that they were not judged', () => {
    const verdict = judged(reencoded(), eyes);
    expect(verdict.reasons).toEqual([]);
    expect(verdict).toMatchObject({ verdict: 'PASS', browser: 'Chromium', alarm: { passed: true } });
    expect(verdict.channels).toMatchObject([{ judged: true }, { channel: 'bytes', judged: false }, { judged: true }]);
    expect(judged(reencoded(), { ...eyes, alarmChannels: ['list', 'bytes'] }).verdict).toBe('INCONCLUSIVE');
  });

  it('is inconclusive where the pixels were silent too, or too few were seen', () => {
    expect(judged(reencoded(false), eyes).verdict).toBe('INCONCLUSIVE');
    const more = { ...eyes, floor: { ...eyes.floor, opportunitiesPerChannel: 5 } };
    expect(judged(reencoded(), more).reasons.join()).toContain('The channel pixels saw 2 opportunities');
  });

  it('is inconclusive, with advice, where no browser was found', () => {
    const builder = passingHistory().add({ v: 1, t: 'browser', name: null, problem: 'install one' });
    const verdict = judged(builder, eyes);
    expect(verdict).toMatchObject({ verdict: 'INCONCLUSIVE', browser: null });
    expect(verdict.reasons).toEqual([expect.stringContaining('install one')]);
  });

  it("tells another's playing video, which was viewed, from a thumbnail, which was listed", () => {
    const seen = (where: string) =>
      judged(reencoded().does(1, 'view-history', { at: 9_000, browser: true, ...pixels(2, where) }), eyes).findings;
    expect(seen('pixels:video')).toMatchObject([
      { rule: 'foreign-recording', route: 'pixels of /me/rewatch', viewed: 1, listed: 0 },
    ]);
    expect(seen('pixels:img')).toMatchObject([
      { rule: 'foreign-listing', route: 'pixels of /me/rewatch', viewed: 0, listed: 1 },
    ]);
    expect(seen('pixels:img')[0]?.first).toMatchObject({ channel: 'pixels', viewer: 1, owner: 2 });
  });
});

function floors() {
  return { opportunitiesPerWindow: 1, opportunitiesPerNode: 1, opportunitiesPerVersion: 1 };
}
