// What a calibration is going to try, as data: booths (one clinic each) and the trials that take place in it, one after another.
// The drill without the trigger comes last: it also shows that what the ones before broke was mended.
import { createHash } from 'node:crypto';
import type { DrillInput } from '../drill.ts';
import type { Topology, Trial } from './calibration.ts';
import type { KnownCase, TunedDrill } from './case.ts';
import { tunedDefaults, tunedInput } from './cases.ts';
import type { CorrectDrill } from './correct.ts';
import { isUndecided } from './score.ts';

export interface TrialPlan extends Pick<Trial, 'kind' | 'topology' | 'bug' | 'drill' | 'seed' | 'key' | 'rings'> {
  readonly input: Omit<DrillInput, 'target'>;
  readonly schedule: CorrectDrill['schedule'];
}

export interface Booth {
  readonly topology: Topology;
  readonly bug: string | null;
  readonly nodes: number;
  /** Wants the machine for itself. */
  readonly heavy: boolean;
  readonly trials: readonly TrialPlan[];
}

export interface Wanted {
  readonly topologies: readonly Topology[];
  readonly bugs: readonly { readonly id: string; readonly topologies: readonly Topology[] }[];
  readonly seeds: readonly string[];
  readonly correctSeeds: readonly string[];
  /** Seeds of the drills without the trigger. */
  readonly withoutSeeds: readonly string[];
  readonly driver: 'node' | 'k6';
  /** Null: every bug with the default drill. */
  readonly caseOf: ((bug: string) => KnownCase | undefined) | null;
  readonly correctDrills: readonly CorrectDrill[];
  readonly scenarioNames: readonly string[];
  /** Digest of the program. */
  readonly sources: string;
}

export function boothsOf(wanted: Wanted): readonly Booth[] {
  return wanted.topologies.flatMap((topology) => [
    ...wanted.bugs
      .filter((bug) => bug.topologies.includes(topology))
      .flatMap((bug) => boothsOfBug(bug.id, topology, wanted)),
    ...(wanted.correctSeeds.length > 0 && wanted.correctDrills.length > 0 ? [correctBooth(topology, wanted)] : []),
  ]);
}

function boothsOfBug(bug: string, topology: Topology, wanted: Wanted): Booth[] {
  const known = wanted.caseOf?.(bug);
  if (!known) return [defaultBooth(bug, topology, wanted)];
  const booth = (drill: TunedDrill): Pick<Booth, 'topology' | 'bug' | 'nodes' | 'heavy'> => ({
    topology,
    bug,
    nodes: drill.nodes ?? tunedDefaults.nodes,
    // Browsers want the machine for themselves.
    heavy: drill.browser !== undefined,
  });
  const plan = (which: 'trigger' | 'without', seeds: readonly string[]): TrialPlan[] => {
    const said = which === 'trigger' ? 'with its trigger' : known.lacks;
    const kind = which === 'trigger' ? 'trigger' : 'no-trigger';
    const drill = known[which];
    const input = tunedInput(known, which, wanted.scenarioNames);
    return seeds.map((seed) =>
      planned(
        { ...booth(drill), kind, drill: said, seed, rings: [...known.rings], input, schedule: 'default' },
        wanted,
      ),
    );
  };
  const first = { ...booth(known.trigger), trials: plan('trigger', wanted.seeds) };
  const last = { ...booth(known.without), trials: plan('without', wanted.withoutSeeds) };
  return first.nodes === last.nodes ? [{ ...first, trials: [...first.trials, ...last.trials] }] : [first, last];
}

function defaultBooth(bug: string, topology: Topology, wanted: Wanted): Booth {
  const booth = { topology, bug, nodes: tunedDefaults.nodes, heavy: true };
  const input = { stopOnLeak: true };
  const trials = wanted.seeds.map((seed) =>
    planned(
      { ...booth, kind: 'default', drill: 'the default drill', seed, rings: [], input, schedule: 'default' },
      wanted,
    ),
  );
  return { ...booth, trials };
}

function correctBooth(topology: Topology, wanted: Wanted): Booth {
  const booth = { topology, bug: null, nodes: tunedDefaults.nodes, heavy: true };
  const trials = wanted.correctSeeds.flatMap((seed) =>
    wanted.correctDrills.map(({ name, input, schedule }) =>
      planned({ ...booth, kind: 'correct', drill: name, seed, rings: [], input, schedule }, wanted),
    ),
  );
  return { ...booth, trials };
}

type Unplanned = Omit<TrialPlan, 'key'> & Pick<Booth, 'nodes' | 'heavy'>;

function planned({ nodes, heavy: _, ...trial }: Unplanned, { driver, sources }: Wanted): TrialPlan {
  const input = { ...trial.input, driver, seed: trial.seed };
  return { ...trial, input, key: digest({ ...trial, input, nodes, sources }) };
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** What is left to do, when these have been done: a trial that proves nothing is held again. */
export function remaining(booths: readonly Booth[], done: readonly Trial[]): readonly Booth[] {
  const finished = new Set(done.filter((trial) => !isUndecided(trial)).map(({ key }) => key));
  return booths
    .map((booth) => ({ ...booth, trials: booth.trials.filter(({ key }) => !finished.has(key)) }))
    .filter(({ trials }) => trials.length > 0);
}
