// Counts who could see and who did see whose what, one violation at a time, in bounded memory.
import { viewerOf } from '../checks/viewer.ts';
import { type ItemOfId, thingOf } from '../judging/findings.ts';
import type { Finding, Violation } from '../verdict.ts';
import type { Both, DataKind, Exposure, IncidentPair, IncidentRoute, Reach, Span } from './incident.ts';

/** Distinct things, people and pairs remembered; beyond it the counts are lower bounds. */
const distinctMax = 100_000;
export const affectedMax = 10_000;
const pairsShownMax = 1_000;
const routesOfOneMax = 12;

/** What the harness calls a kind of item, in words that a letter could use. */
const kindWords: Readonly<Record<string, string>> = {
  surname: 'name',
  email: 'e-mail address',
  note: 'note of a consultation',
  title: 'title of a consultation (its reason)',
  recording: 'video recording of a consultation',
  'file-name': 'file name of a recording',
  message: 'message or notice',
  'practice-note': 'note of the practice',
  id: 'identifier of a consultation',
  session: 'session credential',
};

interface ReachTally {
  readonly owners: Set<number>;
  readonly viewers: Set<string>;
  readonly pairs: Set<string>;
  readonly things: Set<string>;
}

interface Person {
  readonly things: Both<Set<string>>;
  readonly viewers: Both<Set<string>>;
  readonly kinds: Set<string>;
  readonly routes: Set<string>;
  span: Span;
}

interface Pair {
  readonly owner: string;
  readonly viewer: string;
  readonly things: Both<Set<string>>;
  readonly routes: Set<string>;
  span: Span;
}

interface Way {
  readonly reach: Both<ReachTally>;
  span: Span;
}

const both = <T>(make: () => T): Both<T> => ({ listed: make(), viewed: make() });
const emptyReach = (): ReachTally => ({ owners: new Set(), viewers: new Set(), pairs: new Set(), things: new Set() });

export interface IncidentTally {
  add(violation: Violation): void;
  /** null: nobody was exposed. `findings` are the verdict's, which know causes and what the exposed have in common. */
  finish(
    findings: readonly Finding[],
  ): (Omit<Exposure, 'affected'> & { readonly people: ReadonlyMap<number, PersonTold> }) | null;
}

export interface PersonTold extends Span {
  readonly things: Both<number>;
  readonly viewers: Both<number>;
  readonly kinds: readonly string[];
  readonly routes: readonly string[];
}

/** Warnings expose nobody. */
const exposes = ({ rule }: Violation): boolean => rule !== 'latent' && rule !== 'missing-own';

export function tallyIncident(itemOfId: ItemOfId): IncidentTally {
  const reach = both(emptyReach);
  const owners = new Set<number>();
  const viewers = new Set<string>();
  const kinds = new Map<string, Both<Set<string>>>();
  const people = new Map<number, Person>();
  const pairs = new Map<string, Pair>();
  const ways = new Map<string, Way>();
  let first: Violation | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    add(violation) {
      if (!exposes(violation)) return;
      const { owner, at, reach: how, rule, route } = violation;
      const viewer = viewerName(violation);
      const thing = thingOf(violation, itemOfId);
      const told = { owner, viewer, thing };
      if (first === null || at < first.at) first = violation;
      lastAt = Math.max(lastAt, at);
      remember(owners, owner);
      remember(viewers, viewer);
      reached(reach[how], told);
      const kind = kindOf(violation);
      remember(entry(kinds, kind, () => both(() => new Set<string>()))[how], thing);
      const way = entry(ways, `${rule}\n${route}`, (): Way => ({ reach: both(emptyReach), span: spanOf(at) }));
      reached(way.reach[how], told);
      way.span = wider(way.span, at);
      const person = entry(people, owner, () => newPerson(at));
      remember(person.things[how], thing);
      remember(person.viewers[how], viewer);
      remember(person.kinds, kind);
      remember(person.routes, route, routesOfOneMax);
      person.span = wider(person.span, at);
      const pair = entry(pairs, `${owner}>${viewer}`, () => newPair(owner, viewer, at));
      remember(pair.things[how], thing);
      remember(pair.routes, route, routesOfOneMax);
      pair.span = wider(pair.span, at);
    },
    finish(findings) {
      if (first === null) return null;
      const byWeight = [...pairs.values()].sort(
        (a, b) => b.things.viewed.size - a.things.viewed.size || a.span.firstAt - b.span.firstAt,
      );
      return {
        firstAt: first.at,
        lastAt,
        reach: { listed: sizes(reach.listed), viewed: sizes(reach.viewed) },
        owners: owners.size,
        viewers: viewers.size,
        noticed: { rule: first.rule, session: first.session, requestId: first.requestId },
        kinds: [...kinds].map(([kind, things]): DataKind => ({ kind, things: bothSizes(things) })),
        routes: findings.flatMap((finding) => routeOf(finding, ways.get(`${finding.rule}\n${finding.route}`))),
        people: new Map([...people].map(([patient, person]) => [patient, personTold(person)])),
        affectedLeftOut: Math.max(0, people.size - affectedMax),
        pairs: byWeight.slice(0, pairsShownMax).map(pairTold),
        pairsLeftOut: Math.max(0, pairs.size - pairsShownMax),
      };
    },
  };
}

/** A client that is nobody is named by its session. */
function viewerName({ viewer, viewerClinician, session }: Violation): string {
  const actor = { patient: viewer, ...(viewerClinician !== undefined && { clinician: viewerClinician }) };
  return viewerOf(actor) ?? `nobody, in session ${session}`;
}

function kindOf({ item, reach }: Violation): string {
  const [kind = ''] = item.split(' ');
  if (kind === 'recording' && reach === 'listed') return 'picture out of a recording (thumbnail)';
  return kindWords[kind] ?? kind;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (map.size < distinctMax) map.set(key, made);
  return made;
}

function remember<T>(set: Set<T>, value: T, max = distinctMax): void {
  if (set.size < max) set.add(value);
}

function reached(tally: ReachTally, told: { owner: number; viewer: string; thing: string }): void {
  remember(tally.owners, told.owner);
  remember(tally.viewers, told.viewer);
  remember(tally.pairs, `${told.owner}>${told.viewer}`);
  remember(tally.things, told.thing);
}

const spanOf = (at: number): Span => ({ firstAt: at, lastAt: at });
const wider = ({ firstAt, lastAt }: Span, at: number): Span => ({
  firstAt: Math.min(firstAt, at),
  lastAt: Math.max(lastAt, at),
});

const newPerson = (at: number): Person => ({
  things: both(() => new Set()),
  viewers: both(() => new Set()),
  kinds: new Set(),
  routes: new Set(),
  span: spanOf(at),
});

const newPair = (owner: number, viewer: string, at: number): Pair => ({
  owner: `patient ${owner}`,
  viewer,
  things: both(() => new Set()),
  routes: new Set(),
  span: spanOf(at),
});

const bothSizes = ({ listed, viewed }: Both<ReadonlySet<unknown>>): Both<number> => ({
  listed: listed.size,
  viewed: viewed.size,
});

const sizes = ({ owners, viewers, pairs, things }: ReachTally): Reach => ({
  owners: owners.size,
  viewers: viewers.size,
  pairs: pairs.size,
  things: things.size,
});

const personTold = ({ things, viewers, kinds, routes, span }: Person): PersonTold => ({
  ...span,
  things: bothSizes(things),
  viewers: bothSizes(viewers),
  kinds: [...kinds],
  routes: [...routes],
});

const pairTold = ({ owner, viewer, things, routes, span }: Pair): IncidentPair => ({
  ...span,
  owner,
  viewer,
  things: bothSizes(things),
  routes: [...routes],
});

function routeOf(finding: Finding, way: Way | undefined): IncidentRoute[] {
  if (way === undefined) return [];
  const { rule, route, nodes, versions, faultsOpen, healedBefore, cause, common } = finding;
  return [
    {
      ...way.span,
      rule,
      route,
      reach: { listed: sizes(way.reach.listed), viewed: sizes(way.reach.viewed) },
      nodes,
      versions,
      faultsOpen,
      ...(healedBefore && { healedBefore }),
      cause: cause ?? null,
      common: common ?? null,
    },
  ];
}
