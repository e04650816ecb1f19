// Small histories in which one thing alone sets the exposed apart: it, and nothing else, must be named.
import { describe, expect, it } from 'vitest';
import {
  type HistoryBuilder,
  historyBuilder,
  judged,
  type OperationWords,
  wholeItem,
} from '../checks/history-builder.ts';
import { type Commonality, type CommonTrait, verdictSchema } from '../verdict.ts';

/** Patient n looks at their list; every `each`-th is shown patient n + 1's as well. */
function looks(
  each: number,
  words: (patient: number, isExposed: boolean) => OperationWords,
  count = 60,
  builder: HistoryBuilder = historyBuilder(),
): HistoryBuilder {
  for (let patient = 1; patient <= count; patient++) {
    const isExposed = patient % each === 0;
    const sees = isExposed ? [...wholeItem(patient), ...wholeItem(patient + 1)] : wholeItem(patient);
    builder.does(patient, 'view-history', { sees, ...words(patient, isExposed) });
  }
  return builder;
}

function commonOf(builder: HistoryBuilder): Commonality {
  const { findings } = verdictSchema.parse(judged(builder));
  const common = findings.find(({ rule }) => rule === 'foreign-listing')?.common;
  if (common === undefined) throw new Error('no foreign-listing was found, or nothing was compared');
  return common;
}

const told = ({ rows }: Commonality, of: CommonTrait['of']): string[] =>
  rows.flatMap((row) => (row.of === of ? [row.trait, ...(row.implied ?? [])] : []));

const quiet = (): OperationWords => ({});

describe('what the exposed requests have in common', () => {
  it('is the node, if one alone mixes them up', () => {
    const common = commonOf(looks(4, (_, isExposed) => ({ exchange: { node: isExposed ? 'app-2' : 'app-1' } })));
    expect(told(common, 'request')).toEqual(['were answered by node app-2']);
    expect(common.rows[0]).toMatchObject({ exposedWith: 15, exposed: 15, othersWith: 0, others: 45 });
  });

  it('is the version, the fault, the time after it, what they showed, the link that they followed', () => {
    const fault = historyBuilder().fault('flush', 0, 1_000, { kind: 'flush' });
    const within = (isExposed: boolean, n: number) => ({ at: isExposed ? 100 + n : 30_000 + 100 * n });
    expect(told(commonOf(looks(4, (n, is) => within(is, n), 60, fault)), 'request')).toContain(
      'came while flush was open',
    );
    const after = historyBuilder().fault('flush', 0, 1_000, { kind: 'flush' });
    const soon = (isExposed: boolean, n: number) => ({ at: isExposed ? 1_100 + n : 30_000 + 100 * n });
    expect(told(commonOf(looks(4, (n, is) => soon(is, n), 60, after)), 'request')).toContain(
      'came within 2 s after a fault was healed',
    );
    const only = (words: OperationWords) => told(commonOf(looks(4, (_, is) => (is ? words : {}))), 'request');
    expect(only({ exchange: { version: 'v2' } })).toEqual(['were answered by version v2']);
    expect(only({ exchange: { credentials: 'authorization' } })).toEqual(['showed a token']);
    expect(only({ afterAbort: true })).toEqual(['came right after one that the same client had cut off']);
    expect(only({ board: 'chat' })).toEqual(['followed a link that another had passed on']);
  });

  it('is that another’s was under way', () => {
    const builder = historyBuilder();
    for (let n = 0; n < 60; n++) {
      const sees = n % 4 === 0 ? wholeItem(900 + n) : wholeItem(n);
      builder.does(n, 'view-history', { at: n * 1_000, sees });
      if (n % 4 === 0) builder.does(200 + n, 'view-history', { at: n * 1_000 + 5, sees: wholeItem(901 + n) });
    }
    expect(told(commonOf(builder), 'request')).toContain(
      'were under way together with another person’s of the same kind',
    );
  });

  it('counts once what hangs together, so that a burst behind one barrier proves nothing', () => {
    const burst = looks(2, (_, isExposed) => (isExposed ? { barrier: 'together', exchange: { node: 'app-2' } } : {}));
    expect(commonOf(burst).compared.requests).toEqual({ exposed: 1, others: 30 });
    expect(told(commonOf(burst), 'request')).toEqual([]);
  });

  it('compares with requests of the same kind only', () => {
    const builder = looks(1, quiet, 5);
    for (let n = 100; n < 160; n++)
      builder.does(n, 'who-am-i', { sees: [[n, 'surname']], exchange: { node: 'app-9' } });
    expect(commonOf(builder).compared.requests).toEqual({ exposed: 5, others: 0 });
  });
});

describe('what the exposed owners and viewers have in common', () => {
  it('is what they had done within the hour before, as in June 2020', () => {
    const builder = historyBuilder();
    for (let n = 2; n <= 61; n++) if (n % 4 === 1) builder.does(n, 'switch-call', { item: 20 });
    const common = commonOf(looks(4, (n) => ({ at: 60_000 + n * 100 }), 60, builder));
    expect(told(common, 'owner')).toEqual([
      'had booked or held an appointment within the hour before',
      'had switched a call within the hour before',
    ]);
    expect(told(common, 'viewer')).toEqual([]);
  });

  it('is not what they did an hour and more before, nor what they did afterwards', () => {
    const hour = 3_600_000;
    for (const at of [0, 3 * hour]) {
      const builder = historyBuilder();
      for (let n = 2; n <= 61; n++) if (n % 4 === 1) builder.does(n, 'book', { at: at + n, item: 20 });
      expect(told(commonOf(looks(4, (n) => ({ at: 2 * hour + n * 100 }), 60, builder)), 'owner')).toEqual([]);
    }
  });

  it('is that it was the viewers’ first visit', () => {
    const builder = historyBuilder();
    for (let n = 1; n <= 61; n++) builder.enrolled(n, n % 4 === 0 ? [] : [0]);
    expect(told(commonOf(looks(4, quiet, 60, builder)), 'viewer').sort()).toEqual([
      'had no consultation of their own yet',
      'were there for their first visit',
    ]);
  });

  it('is the practice, which the harness knows only of people that it made', () => {
    const inPracticeTwo = (n: number) => (n >>> 2) % 3 === 1;
    const builder = (): HistoryBuilder => {
      const history = historyBuilder();
      for (let n = 1; n <= 60; n++)
        history.does(n, 'view-history', { sees: inPracticeTwo(n) ? wholeItem(n + 100) : wholeItem(n) });
      return history;
    };
    expect(told(commonOf(builder()), 'viewer')).toEqual(['are of practice 2']);
    const leased = builder();
    leased.lines[0] = { ...(leased.lines[0] as Extract<(typeof leased.lines)[number], { t: 'run' }>), leased: true };
    expect(told(commonOf(leased), 'viewer')).toEqual([]);
  });
});

describe('nothing is compared', () => {
  it('for warnings', () => {
    const builder = historyBuilder().enrolled(1, [0]);
    for (let n = 0; n < 9; n++) builder.does(1, 'view-history', { complete: true });
    const [finding] = judged(builder).findings;
    expect(finding?.rule).toBe('missing-own');
    expect(finding?.common).toBeUndefined();
  });
});
