import { describe, expect, it } from 'vitest';
import type { KnownCase } from './case.ts';
import { correctTrial, quietTrial, sampleTrial } from './sample-trial.ts';
import { boothsOf, remaining, type Wanted } from './trials.ts';

const known: KnownCase = {
  bug: 'one',
  rings: ['foreign-listing'],
  trigger: { scenarios: ['a'] },
  lacks: 'nobody hangs up',
  without: { scenarios: ['a:no-abort'] },
};

const wanted = (differs: Partial<Wanted> = {}): Wanted => ({
  topologies: ['embedded'],
  bugs: [
    { id: 'one', topologies: ['embedded', 'real'] },
    { id: 'two', topologies: ['embedded'] },
  ],
  seeds: ['1', '2'],
  correctSeeds: ['1', '2', '3'],
  withoutSeeds: ['1'],
  driver: 'node',
  caseOf: (bug) => (bug === 'one' ? known : undefined),
  correctDrills: [
    { name: 'each', schedule: 'default', input: {} },
    { name: 'together', schedule: 'side-by-side', input: {} },
  ],
  scenarioNames: ['a', 'b', 'a:no-abort'],
  sources: 's1',
  ...differs,
});

const trialsOf = (differs: Partial<Wanted> = {}) => boothsOf(wanted(differs)).flatMap(({ trials }) => trials);

describe('what is tried', () => {
  it('is each bug with every seed, then without its trigger, in one clinic; without a case the default drill', () => {
    const booths = boothsOf(wanted());
    expect(
      booths.map(({ bug, heavy, trials }) => [bug, heavy, trials.map(({ kind, seed }) => `${kind} ${seed}`)]),
    ).toEqual([
      ['one', false, ['trigger 1', 'trigger 2', 'no-trigger 1']],
      ['two', true, ['default 1', 'default 2']],
      [null, true, ['correct 1', 'correct 1', 'correct 2', 'correct 2', 'correct 3', 'correct 3']],
    ]);
    expect(booths[0]?.trials[0]?.input.scenarios).toEqual({ a: 1, b: 0, 'a:no-abort': 0 });
    expect(booths[0]?.trials[2]?.input.scenarios).toEqual({ a: 0, b: 0, 'a:no-abort': 1 });
  });

  it('takes two clinics where the trigger is the number of nodes', () => {
    const lonely = { ...known, without: { ...known.without, nodes: 1 } };
    const booths = boothsOf(wanted({ caseOf: (bug) => (bug === 'one' ? lonely : undefined), correctSeeds: [] }));
    expect(booths.map(({ bug, nodes, trials }) => [bug, nodes, trials.length])).toEqual([
      ['one', 2, 2],
      ['one', 1, 1],
      ['two', 2, 2],
    ]);
  });

  it('is only what can live on a topology', () => {
    const booths = boothsOf(wanted({ topologies: ['embedded', 'real'], correctSeeds: [] }));
    expect(booths.map(({ topology, bug }) => `${topology} ${bug}`)).toEqual([
      'embedded one',
      'embedded two',
      'real one',
    ]);
  });

  it('is the default drill for all of them, if so asked', () => {
    expect(trialsOf({ caseOf: null, correctSeeds: [] }).map(({ kind, bug }) => `${kind} ${bug}`)).toEqual([
      'default one',
      'default one',
      'default two',
      'default two',
    ]);
  });
});

describe('the key of a trial', () => {
  const keys = (differs: Partial<Wanted> = {}): string[] => trialsOf(differs).map(({ key }) => key);

  it('tells all trials of a calibration apart, and is the same next time', () => {
    expect(new Set(keys()).size).toBe(keys().length);
    expect(keys()).toEqual(keys());
  });

  it.each<[string, Partial<Wanted>]>([
    ['the program', { sources: 's2' }],
    ['the driver', { driver: 'k6' }],
    ['the topology', { topologies: ['real'] }],
    ['the case', { caseOf: (bug) => (bug === 'one' ? { ...known, trigger: { scenarios: ['b'] } } : undefined) }],
    [
      'the clinic',
      { caseOf: (bug) => (bug === 'one' ? { ...known, trigger: { ...known.trigger, nodes: 3 } } : undefined) },
    ],
  ])('changes with %s', (_, differs) => {
    expect(keys(differs)[0]).not.toBe(keys()[0]);
  });

  it('does not change with the number of seeds', () => {
    expect(keys({ seeds: ['1', '2', '3'] })).toEqual(expect.arrayContaining(keys()));
  });
});

describe('what remains', () => {
  it('is an inconclusive drill of the correct clinic, for that proves nothing', () => {
    const booths = boothsOf(wanted({ bugs: [], correctSeeds: ['1'] }));
    const [first, second] = booths[0]?.trials ?? [];
    const done = [
      correctTrial({ key: first?.key ?? '' }),
      correctTrial({ key: second?.key ?? '', verdict: 'INCONCLUSIVE' }),
    ];
    expect(remaining(booths, done)[0]?.trials).toEqual([second]);
  });

  it('is all but what is finished, and what broke down is tried again', () => {
    const booths = boothsOf(wanted({ correctSeeds: [] }));
    const [first, second, third] = booths[0]?.trials ?? [];
    const done = [
      sampleTrial({ key: first?.key ?? '' }),
      sampleTrial({ key: second?.key ?? '', verdict: 'ERROR' }),
      quietTrial({ key: 'of another program' }),
    ];
    const left = remaining(booths, done);
    expect(left[0]?.trials).toEqual([second, third]);
    expect(left[1]).toEqual(booths[1]);
  });

  it('is no booth at all when all its trials are finished', () => {
    const booths = boothsOf(wanted());
    const done = booths.flatMap(({ trials }) => trials).map(({ key }) => sampleTrial({ key }));
    expect(remaining(booths, done)).toEqual([]);
  });
});
