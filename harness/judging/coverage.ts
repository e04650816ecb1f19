// How much of the run could have leaked, and what silence is therefore worth: opportunities per window, node, version and
// action. Chances that hang together count once: one barrier release, or one client connection within one window, for a
// kept-alive connection may be pinned to one pooled connection behind it all the while.
import { isViewed, seenOfAccounts } from '../checks/check.ts';
import { recoveryWindow, steadyWindow, windowsOf } from '../checks/windows.ts';
import type { World } from '../checks/world.ts';
import { type Exchange, lookKinds, type Operation } from '../history.ts';
import type { CoverageRow } from '../verdict.ts';

export interface Floors {
  readonly opportunitiesPerWindow: number;
  readonly opportunitiesPerNode: number;
  readonly opportunitiesPerVersion: number;
  /** Asked of the expected actions. Default 20. */
  readonly opportunitiesPerAction?: number;
  /** Asked of what browsers show. Default 10. */
  readonly opportunitiesPerChannel?: number;
}

/** What must have taken part: each has a row, even if it never did. */
export interface Expected {
  readonly nodes: readonly string[];
  readonly versions: readonly string[];
  readonly actions: readonly string[];
  /** Browsers were to look. */
  readonly eyes?: boolean;
  /** Recordings can't be told by their bytes here, only by their pixels, which name no node. */
  readonly pixelsForBytes?: boolean;
}

/** A node or version that served enough, and never an opportunity of an expected action. */
export interface Gap {
  readonly kind: 'node' | 'version';
  readonly name: string;
  readonly action: string;
}

export interface Coverage {
  readonly rows: readonly CoverageRow[];
  readonly opportunityOperations: number;
  readonly opportunities: number;
  /** The window with the fewest opportunities: the headline. */
  readonly worst: CoverageRow | null;
  readonly gaps: readonly Gap[];
}

const perActionDefault = 20;
const perChannelDefault = 10;
/** Node and version names come out of the target's headers: a hostile one may send a new one with each answer. */
const namesMax = 256;
const bucketMs = 1_000;
/** An operation of more than an hour stands for its first hour. */
const bucketsMax = 3_600;

/** Upper bound, at 95 % confidence, of the leak rate per opportunity if n independent ones showed none; null for n = 0. */
export function bound95(n: number): number | null {
  return n === 0 ? null : 1 - 0.05 ** (1 / n);
}

export function coverageOf(world: World, floors: Floors, expected: Expected): Coverage {
  const windows = new Tally([steadyWindow, ...world.faults.map((fault) => fault.id)]);
  if (world.faults.some(({ healedAt, hostile }) => healedAt !== null && !hostile)) windows.row(recoveryWindow);
  const probes = new Set(world.faults.filter(({ hostile }) => hostile).map(({ id }) => id));
  const nodes = new Tally(expected.nodes);
  const versions = new Tally(expected.versions);
  const actions = new Tally(expected.actions);
  const channels = new Tally(expected.eyes === true ? lookKinds : []);
  const chances = new Set<string>();
  let opportunityOperations = 0;
  const company = companyOf(world.operations);
  for (const op of world.operations) {
    const inWindows = windowsOf(op, world.faults);
    const shown = personalExchanges(op, world);
    const base = shown[0] === undefined || !company(op) ? null : chanceKey(op, shown[0]);
    if (world.probed.has(op.id)) {
      // A leak there would be put down to the probe, so its absence is worth nothing but to the probe's own window.
      const own = inWindows.filter((name) => probes.has(name));
      windows.count(own, own, base, null);
      continue;
    }
    // Rows that are no windows count a connection once in each window.
    const inWindow = base === null ? null : `${inWindows[0]}\n${base}`;
    if (inWindow !== null) {
      chances.add(inWindow);
      opportunityOperations++;
    }
    const delivered = deliveredIts(op.action, shown) ? op.action : null;
    windows.count(inWindows, inWindows, base, delivered);
    nodes.count(namesOf(op.exchanges, 'node'), namesOf(shown, 'node'), inWindow, delivered);
    versions.count(namesOf(op.exchanges, 'version'), namesOf(shown, 'version'), inWindow, delivered);
    actions.count([op.action], [op.action], delivered === null ? null : inWindow, delivered);
    // All looks of one session within a window go together: they show the same pages again.
    const looks = inWindow === null ? null : `${inWindows[0]}\neyes ${op.session}`;
    channels.count(namesOf(op.exchanges, 'channel'), namesOf(shown, 'channel'), looks, null);
  }
  const outages = new Set(world.faults.filter(({ outage }) => outage).map(({ id }) => id));
  const windowRows = windows.rows('window', (name, operations) => {
    if (name === recoveryWindow) return Math.min(1, floors.opportunitiesPerWindow);
    // Where nothing could be served, that it was asked for is all that can be had.
    return outages.has(name) && operations >= floors.opportunitiesPerWindow ? 0 : floors.opportunitiesPerWindow;
  });
  const perAction = floors.opportunitiesPerAction ?? perActionDefault;
  const perChannel = floors.opportunitiesPerChannel ?? perChannelDefault;
  const byBytes = expected.actions.filter((name) => !(name === 'watch' && expected.pixelsForBytes === true));
  const floorOfAction = (name: string): number => {
    if (!expected.actions.includes(name)) return 0;
    return byBytes.includes(name) ? perAction : perChannel;
  };
  return {
    rows: [
      ...windowRows,
      ...nodes.rows('node', () => floors.opportunitiesPerNode),
      ...versions.rows('version', () => floors.opportunitiesPerVersion),
      ...actions.rows('action', floorOfAction),
      // What a browser keeps should be empty of personal things.
      ...channels.rows('channel', (name) => (name === 'kept' ? 0 : perChannel)),
    ],
    opportunityOperations,
    opportunities: chances.size,
    worst: windowRows
      .filter(({ name, floor }) => floor > 0 && !probes.has(name))
      .reduce<CoverageRow | null>(
        (worst, row) => (worst === null || row.opportunities < worst.opportunities ? row : worst),
        null,
      ),
    gaps: [
      ...nodes.gaps('node', byBytes, floors.opportunitiesPerNode),
      ...versions.gaps('version', byBytes, floors.opportunitiesPerVersion),
    ],
  };
}

/** A recording was rewatched only if its bytes came, or its picture played: a page about it is no rewatching. */
function deliveredIts(action: Operation['action'], shown: readonly Exchange[]): boolean {
  return (
    action !== 'watch' || shown.some((exchange) => exchange.sightings.some((sighting) => isViewed(exchange, sighting)))
  );
}

interface Count {
  operations: number;
  opportunityOperations: number;
  readonly chances: Set<string>;
  /** Actions with at least one chance. */
  readonly delivered: Set<string>;
}

class Tally {
  readonly #rows = new Map<string, Count>();

  constructor(names: readonly string[]) {
    for (const name of names) this.row(name);
  }

  row(name: string): Count {
    const key = this.#rows.has(name) || this.#rows.size < namesMax ? name : '(others)';
    const row = this.#rows.get(key) ?? {
      operations: 0,
      opportunityOperations: 0,
      chances: new Set(),
      delivered: new Set(),
    };
    this.#rows.set(key, row);
    return row;
  }

  /** `took` part in the operation; `showed` its personal data, one chance if `chance` is not null, by doing what `delivered` is for. */
  count(took: readonly string[], showed: readonly string[], chance: string | null, delivered: string | null): void {
    for (const name of took) this.row(name).operations++;
    if (chance === null) return;
    for (const name of showed) {
      const row = this.row(name);
      row.opportunityOperations++;
      row.chances.add(chance);
      if (delivered !== null) row.delivered.add(delivered);
    }
  }

  /** Below the floor the row's own doubt says enough. */
  gaps(kind: Gap['kind'], actions: readonly string[], floor: number): Gap[] {
    return [...this.#rows]
      .filter(([, { operations }]) => operations > 0 && operations >= floor)
      .flatMap(([name, { delivered }]) =>
        actions.filter((action) => !delivered.has(action)).map((action) => ({ kind, name, action })),
      );
  }

  rows(kind: CoverageRow['kind'], floorOf: (name: string, operations: number) => number): CoverageRow[] {
    return [...this.#rows].map(([name, { operations, opportunityOperations, chances }]) => {
      const opportunities = chances.size;
      return {
        kind,
        name,
        operations,
        opportunityOperations,
        opportunities,
        floor: floorOf(name, operations),
        bound95: bound95(opportunities),
      };
    });
  }
}

const openOutcomes: ReadonlySet<string> = new Set(['ok', 'refused', 'failed']);

/** The exchanges that showed personal data of this run, own or not. A cut-off answer is no chance: it may not have got that far. */
function personalExchanges(op: Operation, world: World): Exchange[] {
  if (!openOutcomes.has(op.outcome)) return [];
  // What is declared can't ring, so its silence is worth nothing.
  const judged = seenOfAccounts(op, world).filter(({ access }) => access !== 'declared');
  return [...new Set(judged.map((seen) => seen.exchange))];
}

/** Those that share it hang together. */
export const chanceKey = (op: Operation, shown: Pick<Exchange, 'connection'>): string =>
  op.barrier === undefined ? `connection ${shown.connection}` : `barrier ${op.barrier}`;

function namesOf(exchanges: readonly Exchange[], field: 'node' | 'version' | 'channel'): string[] {
  return [...new Set(exchanges.flatMap((exchange) => exchange[field] ?? []))];
}

/** Whether another patient had an operation going on at most about a second before, during or after; by buckets of a second. */
function companyOf(operations: readonly Operation[]): (op: Operation) => boolean {
  const several = -1;
  const inBucket = new Map<number, number>();
  for (const op of operations) {
    if (op.patient === null) continue;
    for (const bucket of bucketsOf(op, 0)) {
      const known = inBucket.get(bucket);
      inBucket.set(bucket, known === undefined || known === op.patient ? op.patient : several);
    }
  }
  return (op) =>
    bucketsOf(op, 1).some((bucket) => {
      const known = inBucket.get(bucket);
      return known !== undefined && known !== op.patient;
    });
}

function bucketsOf(op: Operation, margin: number): number[] {
  const first = Math.floor(op.startedAt / bucketMs) - margin;
  const last = Math.min(Math.floor(op.endedAt / bucketMs) + margin, first + bucketsMax);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
