import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HistoryBuilder, historyBuilder, type OperationWords, options } from '../checks/history-builder.ts';
import { buildWorld } from '../checks/world.ts';
import { bound95, type Coverage, coverageOf } from './coverage.ts';

function covered(builder: HistoryBuilder, nodes: readonly string[] = []): Coverage {
  return coverageOf(buildWorld(builder.lines, options.declares), options.floor, { nodes, versions: [], actions: [] });
}

const row = (coverage: Coverage, kind: string, name: string) =>
  coverage.rows.find((one) => one.kind === kind && one.name === name);

/** Patients 1 and 2 each look at their own at about the same time. */
function both(builder: HistoryBuilder, at: number, words: OperationWords = {}): HistoryBuilder {
  return builder
    .does(1, 'view-history', { at, sees: [[1, 'title']], ...words })
    .does(2, 'view-history', { at: at + 1, sees: [[2, 'title']], ...words });
}

describe('an opportunity', () => {
  it('needs personal data of this run, and another patient at work within about a second', () => {
    expect(covered(both(historyBuilder(), 0)).opportunities).toBe(2);
    const alone = historyBuilder().does(1, 'view-history', { sees: [[1, 'title']] });
    expect(covered(alone).opportunities).toBe(0);
    expect(covered(alone.does(2, 'slots', { at: 5_000 })).opportunities).toBe(0);
    expect(covered(alone.does(2, 'slots', { at: 100 })).opportunities).toBe(1);
    const residue = historyBuilder()
      .does(1, 'view-history', { sees: [[1, 'title', 0, 1]] })
      .does(2, 'slots');
    expect(covered(residue).opportunities).toBe(0);
  });

  it('is an answer that came whole, even a refusal that shows personal data', () => {
    const outcome = (name: 'refused' | 'failed' | 'aborted') =>
      covered(
        historyBuilder()
          .does(1, 'view-history', { outcome: name, sees: [[1, 'title']] })
          .does(2, 'slots'),
      );
    expect(outcome('refused').opportunities).toBe(1);
    expect(outcome('failed').opportunities).toBe(1);
    expect(outcome('aborted').opportunities).toBe(0);
  });
});

describe('what hangs together counts once', () => {
  it('one connection in one window', () => {
    const builder = both(both(historyBuilder(), 0), 300);
    expect(covered(builder)).toMatchObject({ opportunityOperations: 4, opportunities: 2 });
    const across = both(both(historyBuilder().fault('f', 5_000, 6_000), 0), 5_500);
    expect(covered(across)).toMatchObject({ opportunityOperations: 4, opportunities: 4 });
  });

  it('one release of a barrier', () => {
    const released = both(historyBuilder(), 0, { barrier: 'b1' });
    expect(covered(released)).toMatchObject({ opportunityOperations: 2, opportunities: 1 });
    expect(covered(both(released, 300, { barrier: 'b2' })).opportunities).toBe(2);
  });
});

describe('windows', () => {
  it('an operation belongs to every fault window it overlaps, and else to recovery or the steady rest', () => {
    const builder = historyBuilder().fault('a', 1_000, 2_000).fault('b', 1_500, 2_500);
    for (const at of [100, 1_100, 1_600, 2_600, 9_000]) both(builder, at);
    const coverage = covered(builder);
    const operations = Object.fromEntries(
      coverage.rows.filter(({ kind }) => kind === 'window').map((one) => [one.name, one.operations]),
    );
    expect(operations).toEqual({ steady: 4, a: 4, b: 2, recovery: 2 });
  });

  it('the moments of recovery must have been reached, however high the floor of the others', () => {
    const floor = { ...options.floor, opportunitiesPerWindow: 25 };
    const world = buildWorld(historyBuilder().fault('a', 1_000, 2_000).lines, options.declares);
    const { rows } = coverageOf(world, floor, { nodes: [], versions: [], actions: [] });
    expect(rows.map(({ name, floor }) => [name, floor])).toEqual([
      ['steady', 25],
      ['a', 25],
      ['recovery', 1],
    ]);
  });

  it('in an outage what is asked for is attempts, for nothing could be served; and it is not the headline', () => {
    const cut = (attempts: number): Coverage => {
      const builder = both(historyBuilder(), 0).fault('down', 1_000, 2_000, { outage: true });
      for (let n = 0; n < attempts; n++) builder.does(1, 'view-history', { at: 1_100 + n, outcome: 'failed' });
      return coverageOf(
        buildWorld(builder.lines, options.declares),
        { ...options.floor, opportunitiesPerWindow: 3 },
        { nodes: [], versions: [], actions: [] },
      );
    };
    expect(row(cut(3), 'window', 'down')).toMatchObject({ operations: 3, opportunities: 0, floor: 0 });
    expect(row(cut(2), 'window', 'down')).toMatchObject({ operations: 2, opportunities: 0, floor: 3 });
    expect(cut(3).worst?.name).toBe('recovery');
    expect(cut(2).worst?.opportunities).toBe(0);
  });

  it('the one with the fewest opportunities is the headline', () => {
    const builder = both(historyBuilder().fault('quiet', 5_000, 6_000), 0);
    expect(covered(builder).worst).toMatchObject({ name: 'quiet', opportunities: 0, bound95: null });
  });
});

it('nodes are counted by the answers that showed personal data, and expected ones have a row from the start', () => {
  const coverage = covered(both(historyBuilder(), 0, { exchange: { node: 'app-2' } }), ['app-1']);
  expect(row(coverage, 'node', 'app-1')).toMatchObject({ operations: 0, opportunities: 0 });
  expect(row(coverage, 'node', 'app-2')).toMatchObject({ operations: 2, opportunities: 2 });
});

it('a hostile target cannot fill the memory with node names', () => {
  const builder = historyBuilder();
  for (let i = 0; i < 1_000; i++) builder.does(1, 'slots', { exchange: { node: `n${i}` } });
  const rows = covered(builder).rows.filter(({ kind }) => kind === 'node');
  expect(rows.length).toBeLessThan(300);
  expect(rows.reduce((sum, one) => sum + one.operations, 0)).toBe(1_000);
});

it('the bound is that of n chances without a success, and about 3/n', () => {
  expect(bound95(0)).toBeNull();
  expect(bound95(1)).toBeCloseTo(0.95);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (n) => {
      const bound = bound95(n) ?? 0;
      expect((1 - bound) ** n).toBeCloseTo(0.05, 5);
      expect(bound).toBeLessThan(3 / n);
    }),
  );
});

describe('an expected action', () => {
  const expecting = (builder: HistoryBuilder, actions: readonly string[], perNode = 2) => {
    const floor = { ...options.floor, opportunitiesPerNode: perNode, opportunitiesPerVersion: perNode };
    return coverageOf(buildWorld(builder.lines, options.declares), floor, { nodes: [], versions: [], actions });
  };

  it('has a row and a floor of its own, even if it was never done; others have no floor', () => {
    const coverage = expecting(both(historyBuilder(), 0), ['watch']);
    expect(row(coverage, 'action', 'watch')).toMatchObject({ operations: 0, opportunities: 0, floor: 20 });
    expect(row(coverage, 'action', 'view-history')).toMatchObject({ opportunities: 2, floor: 0 });
  });

  it('watch is done when the bytes of a recording came, not when its page did', () => {
    const watched = (kind: 'recording' | 'file-name') =>
      expecting(both(historyBuilder(), 0).does(1, 'watch', { at: 50, sees: [[1, kind]] }), ['watch']);
    expect(row(watched('recording'), 'action', 'watch')).toMatchObject({ operations: 1, opportunities: 1 });
    expect(row(watched('file-name'), 'action', 'watch')).toMatchObject({ operations: 1, opportunities: 0 });
    expect(watched('recording').gaps).toEqual([]);
    expect(watched('file-name').gaps.map(({ kind, name }) => [kind, name])).toEqual([
      ['node', 'app-1'],
      ['version', 'v1'],
    ]);
  });

  it('leaves a gap at each version that served enough and never delivered it', () => {
    const upgraded = () => both(both(historyBuilder(), 0), 200, { exchange: { version: 'v2' } });
    const watch = (builder: HistoryBuilder, version: string, at: number) =>
      builder.does(1, 'watch', { at, sees: [[1, 'recording']], exchange: { version } });
    const onlyOld = watch(upgraded(), 'v1', 50);
    expect(expecting(onlyOld, ['watch']).gaps).toEqual([{ kind: 'version', name: 'v2', action: 'watch' }]);
    expect(expecting(onlyOld, ['watch'], 3).gaps).toEqual([]);
    expect(expecting(watch(onlyOld, 'v2', 250), ['watch']).gaps).toEqual([]);
    expect(expecting(onlyOld, []).gaps).toEqual([]);
  });
});
