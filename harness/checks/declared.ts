// What was read by those who had no right but the address, where the target declares that the address is the secret: no leak, and
// counted all the same, for a reader should see how far the declaration reaches.
import type { Operation } from '../history.ts';
import type { DeclaredReport } from '../verdict.ts';
import { routeOf, type Seen } from './check.ts';
import { accessBySession } from './rights.ts';
import { viewerOf } from './viewer.ts';
import type { World } from './world.ts';

/** Distinct things and people remembered; beyond it the counts are lower bounds. */
const distinctMax = 100_000;

interface Tally {
  answers: number;
  withoutSession: number;
  byOthers: number;
  afterTheEnd: number;
  readonly owners: Set<number>;
  readonly things: Set<string>;
  readonly readers: Set<string>;
}

export interface DeclaredCollector {
  add(op: Operation, allSeen: readonly Seen[], world: World): void;
  /** In order of the routes' names. */
  finish(): DeclaredReport[];
}

export function collectDeclared(): DeclaredCollector {
  const routes = new Map<string, Tally>();
  return {
    add(op, allSeen, world) {
      const counted = new Set<Seen['exchange']>();
      for (const { exchange, sighting, access } of allSeen) {
        if (access !== 'declared') continue;
        const tally = tallyOf(routes, routeOf(exchange));
        remember(tally.owners, sighting.owner);
        remember(tally.things, `${sighting.owner} ${sighting.kind} ${sighting.item}`);
        remember(tally.readers, viewerOf(op) ?? op.session);
        if (counted.has(exchange)) continue;
        counted.add(exchange);
        tally.answers++;
        const otherwise = accessBySession(op, exchange, sighting.owner, world.rights, world.declares);
        if (otherwise === 'anonymous') tally.withoutSession++;
        else if (otherwise === 'afterlife') tally.afterTheEnd++;
        else tally.byOthers++;
      }
    },
    finish: () => [...routes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([route, tally]) => reportOf(route, tally)),
  };
}

function tallyOf(routes: Map<string, Tally>, route: string): Tally {
  const tally = routes.get(route) ?? {
    answers: 0,
    withoutSession: 0,
    byOthers: 0,
    afterTheEnd: 0,
    owners: new Set(),
    things: new Set(),
    readers: new Set(),
  };
  routes.set(route, tally);
  return tally;
}

function remember<T>(set: Set<T>, value: T): void {
  if (set.size < distinctMax) set.add(value);
}

function reportOf(route: string, { owners, things, readers, ...counts }: Tally): DeclaredReport {
  return {
    kind: 'capability-url',
    route,
    ...counts,
    things: things.size,
    owners: owners.size,
    readers: readers.size,
  };
}
