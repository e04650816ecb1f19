import { describe, expect, it } from 'vitest';
import { broken, historyBuilder, judged, type OperationWords, options, sighting, thisRun } from './history-builder.ts';

describe('foreign-recording', () => {
  it('lets a patient watch their own, and not another', () => {
    expect(broken(historyBuilder().does(1, 'watch', { sees: [[1, 'recording', 3]] }))).toEqual([]);
    const verdict = judged(historyBuilder().does(1, 'watch', { sees: [[2, 'recording', 3]] }));
    expect(verdict.verdict).toBe('LEAK');
    expect(verdict.findings[0]).toMatchObject({
      rule: 'foreign-recording',
      listed: 0,
      viewed: 1,
      owners: 1,
      viewers: 1,
    });
  });

  it('rings for an answer that was refused, failed or cut off just the same', () => {
    for (const outcome of ['refused', 'failed', 'aborted', 'timeout'] as const) {
      expect(broken(historyBuilder().does(1, 'watch', { outcome, sees: [[2, 'recording']] }))).toEqual([
        'foreign-recording',
      ]);
    }
  });

  it('names the trace of the request, or of the operation where nothing was asked for', () => {
    const traceId = '3c5ab2bc1dbd7a0d13afe4a19e9be27f';
    const asked = historyBuilder().does(1, 'watch', { sees: [[2, 'recording']], exchange: { traceId } });
    expect(judged(asked).findings[0]?.first.traceId).toBe(traceId);
    expect(judged(historyBuilder().does(1, 'watch', { sees: [[2, 'recording']] })).findings[0]?.first.traceId).toBe(
      undefined,
    );
    const looked = historyBuilder().does(1, 'watch', { exchange: { traceId } });
    const [operation] = looked.lines.filter((line) => line.t === 'operation');
    const { traceId: _, ...answer } = operation?.exchanges[0] ?? ({} as never);
    operation?.exchanges.push({ ...answer, channel: 'pixels', sightings: [sighting([2, 'recording'])] });
    expect(judged(looked).findings[0]?.first).toMatchObject({ channel: 'pixels', traceId });
  });

  it('takes no residue of an earlier run for a leak', () => {
    expect(broken(historyBuilder().does(1, 'watch', { sees: [[2, 'recording', 0, thisRun - 1]] }))).toEqual([]);
  });
});

describe('foreign-listing', () => {
  it('tells a title and a file name of another from the own ones', () => {
    const own = historyBuilder().does(1, 'view-history', {
      sees: [
        [1, 'title'],
        [1, 'file-name'],
      ],
    });
    expect(broken(own)).toEqual([]);
    for (const kind of ['title', 'file-name'] as const) {
      const foreign = historyBuilder().does(1, 'view-history', {
        sees: [
          [1, 'title'],
          [2, kind],
        ],
      });
      expect(broken(foreign)).toEqual(['foreign-listing']);
    }
  });

  it('counts a consultation once, however many of its canaries stood there', () => {
    const sees = [
      [2, 'title', 4],
      [2, 'file-name', 4],
      [2, 'title', 5],
    ] as const;
    const [finding] = judged(historyBuilder().does(1, 'view-history', { sees })).findings;
    expect(finding).toMatchObject({ listed: 2, viewed: 0, owners: 1, viewers: 1, count: 3 });
  });

  it('knows an id that was given to another: by booking, or first on their own list', () => {
    const booked = (viewer: number) =>
      historyBuilder()
        .does(2, 'book', { item: 16, createdIds: ['x'] })
        .does(viewer, 'view-history', { listedIds: ['x'] });
    expect(broken(booked(2))).toEqual([]);
    expect(broken(booked(1))).toEqual(['foreign-listing']);
    const listed = (viewer: number) =>
      historyBuilder()
        .does(2, 'view-history', { listedIds: ['y'] })
        .does(viewer, 'view-history', { listedIds: ['y'] });
    expect(broken(listed(2))).toEqual([]);
    expect(broken(listed(1))).toEqual(['foreign-listing']);
  });

  it('blames the intruder, not the owner, when the intruder listed the id first', () => {
    const { findings } = judged(
      historyBuilder()
        .does(1, 'view-history', { listedIds: ['y'], sees: [[2, 'title']] })
        .does(2, 'view-history', { listedIds: ['y'], sees: [[2, 'title']] }),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ count: 1, first: { viewer: 1, owner: 2, item: 'title 0' } });
  });
});

describe('foreign-identity', () => {
  it('covers name, e-mail, note and message', () => {
    for (const kind of ['surname', 'email', 'note', 'message'] as const) {
      expect(broken(historyBuilder().does(1, 'view-history', { sees: [[1, kind]] }))).toEqual([]);
      expect(broken(historyBuilder().does(1, 'view-history', { sees: [[2, kind]] }))).toEqual(['foreign-identity']);
    }
  });
});

describe('a proxy right', () => {
  const shared = (outcome: 'ok' | 'refused' | 'timeout' | 'failed') =>
    historyBuilder().does(2, 'share', { of: 1, outcome });
  const sees = [
    [2, 'title'],
    [2, 'recording'],
    [2, 'surname'],
  ] as const;

  it('covers all that is the owner’s, from the moment the share was asked for', () => {
    expect(broken(shared('ok').does(1, 'view-history', { of: 2, sees }))).toEqual([]);
    const overlapping = historyBuilder()
      .does(2, 'share', { of: 1, at: 100 })
      .does(1, 'view-history', { of: 2, at: 95, sees });
    expect(broken(overlapping)).toEqual([]);
    const tooEarly = historyBuilder().does(1, 'view-history', { of: 2, sees }).does(2, 'share', { of: 1 });
    expect(broken(tooEarly)).toEqual(['foreign-recording', 'foreign-listing', 'foreign-identity']);
  });

  it('is there if the share may have happened, and is not if it was refused', () => {
    for (const outcome of ['timeout', 'failed'] as const) {
      expect(broken(shared(outcome).does(1, 'view-history', { of: 2, sees }))).toEqual([]);
    }
    expect(broken(shared('refused').does(1, 'view-history', { of: 2, sees: [[2, 'title']] }))).toEqual([
      'foreign-listing',
    ]);
  });

  it('is the proxy’s alone, and one-way', () => {
    expect(broken(shared('ok').does(3, 'view-history', { sees: [[2, 'title']] }))).toEqual(['foreign-listing']);
    expect(broken(shared('ok').does(2, 'view-history', { sees: [[1, 'title']] }))).toEqual(['foreign-listing']);
  });

  it('allows the owner’s name among those the proxy acts for', () => {
    expect(
      broken(
        shared('ok').does(1, 'who-am-i', {
          sees: [
            [1, 'surname'],
            [2, 'surname'],
          ],
        }),
      ),
    ).toEqual([]);
  });
});

it('judges the order of start, not that of completion', () => {
  const builder = historyBuilder().does(1, 'view-history', { at: 200, sees: [[2, 'title']] });
  expect(broken(builder.does(2, 'share', { of: 1, at: 100 }), { ...options })).toEqual([]);
});

it('tells who shares whom they share with, on the page where they do so, and nothing else of them', () => {
  const share = (sees: OperationWords['sees']) => historyBuilder().does(1, 'share', { of: 2, sees: sees ?? [] });
  expect(broken(share([[2, 'surname']]))).toEqual([]);
  expect(broken(share([[2, 'title']]))).toEqual(['foreign-listing']);
  expect(broken(share([[3, 'surname']]))).toEqual(['foreign-identity']);
  expect(broken(share([]).does(1, 'who-am-i', { sees: [[2, 'surname']] }))).toEqual(['session-swap']);
});
