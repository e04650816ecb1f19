// Who and what one finding exposed, kept while its violations are counted, and compared with the rest once all are known.
// Only so much is kept; requests that began after the last one that was are left out of the comparison on both sides.

import { windowsOf } from '../checks/windows.ts';
import type { World } from '../checks/world.ts';
import type { Commonality, RuleId, Violation } from '../verdict.ts';
import { type Compared, commonality } from './commonality.ts';
import { chanceKey } from './coverage.ts';
import { type PersonFacts, personFacts, personTraits } from './person-traits.ts';
import { type Asked, askedFor, type RequestFacts, requestFacts, requestTraits } from './request-traits.ts';

/** Of one finding; beyond it the comparison ends there. */
const operationsMax = 100_000;

export interface Exposed {
  readonly operations: Set<string>;
  /** When each was exposed, or saw something, first. */
  readonly owners: Map<number, number>;
  readonly viewers: Map<number, number>;
  untilMs: number;
}

export const nobodyExposed = (): Exposed => ({
  operations: new Set(),
  owners: new Map(),
  viewers: new Map(),
  untilMs: Number.POSITIVE_INFINITY,
});

export function keepExposed(exposed: Exposed, { operation, owner, viewer, at }: Violation): void {
  if (exposed.operations.size >= operationsMax && !exposed.operations.has(operation)) {
    exposed.untilMs = Math.min(exposed.untilMs, at);
    return;
  }
  exposed.operations.add(operation);
  earliest(exposed.owners, owner, at);
  if (viewer !== null) earliest(exposed.viewers, viewer, at);
}

function earliest(moments: Map<number, number>, who: number, at: number): void {
  moments.set(who, Math.min(at, moments.get(who) ?? at));
}

export type Compare = (rule: RuleId, route: string, exposed: Exposed) => Commonality | null;

/** Warnings expose nobody. */
const comparedRule = (rule: RuleId): boolean => rule !== 'latent' && rule !== 'missing-own';

/** A run has few causes: the gravest findings are compared, the rest only counted. */
const findingsMax = 20;

export function comparer(world: World): Compare {
  let facts: { readonly requests: RequestFacts; readonly people: PersonFacts } | null = null;
  let count = 0;
  return (rule, route, exposed) => {
    if (!comparedRule(rule) || count >= findingsMax) return null;
    count++;
    facts ??= { requests: requestFacts(world), people: personFacts(world) };
    const asked = comparable(rule, route, exposed, world);
    const viewers = new Set(asked.flatMap(({ op }) => op.patient ?? []));
    return commonality({
      request: requestsOf(asked, exposed, facts.requests, world),
      owner: peopleOf(facts.people.doneBy.keys(), exposed.owners, facts.people, world),
      viewer: peopleOf(viewers, exposed.viewers, facts.people, world),
    });
  };
}

const served = (status: number): boolean => status >= 200 && status < 400;
const refused = (status: number): boolean => [401, 403, 404, 410].includes(status);
/** Where the right answer is a refusal, those who got it are the ones to compare with. */
const mayRefuse: ReadonlySet<RuleId> = new Set(['anonymous', 'afterlife']);

/** Requests of the same kind that were exposed, or got the answer that they should. */
function comparable(rule: RuleId, route: string, { operations, untilMs }: Exposed, world: World): Asked[] {
  return askedFor(route, world.operations).filter(({ op, exchange }) => {
    if (op.startedAt >= untilMs || world.probed.has(op.id)) return false;
    if (operations.has(op.id)) return true;
    if (rule === 'anonymous' && exchange?.credentials !== 'none') return false;
    return exchange === undefined || served(exchange.status) || (mayRefuse.has(rule) && refused(exchange.status));
  });
}

/** Those that hang together are one, for which any one of them stands. */
function requestsOf(asked: readonly Asked[], exposed: Exposed, facts: RequestFacts, world: World): Compared[] {
  const traits = requestTraits(asked, facts, world);
  const standing = new Map<string, { readonly lot: number; readonly compared: Compared }>();
  for (const [index, { op, exchange }] of asked.entries()) {
    const isExposed = exposed.operations.has(op.id);
    const chance = exchange === undefined ? `session ${op.session}` : chanceKey(op, exchange);
    const key = `${isExposed} ${windowsOf(op, world.faults)[0]}\n${chance}`;
    const lot = lotOf(op.id);
    const known = standing.get(key);
    if (known === undefined || lot < known.lot)
      standing.set(key, { lot, compared: { exposed: isExposed, traits: traits[index] ?? new Set() } });
  }
  return [...standing.values()].map(({ compared }) => compared);
}

/** Not the first of them: a connection's first request is unlike its others. FNV-1a. */
function lotOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** The exposed as they stood when they were; the others as they stood in the middle of those moments. */
function peopleOf(
  others: Iterable<number>,
  exposed: ReadonlyMap<number, number>,
  facts: PersonFacts,
  world: World,
): Compared[] {
  const moments = [...exposed.values()].sort((a, b) => a - b);
  const middle = moments[moments.length >>> 1] ?? world.endedAt;
  const rest = [...others].filter((patient) => !exposed.has(patient));
  return [
    ...[...exposed].map(([patient, at]) => ({ exposed: true, traits: personTraits(patient, at, facts, world) })),
    ...rest.map((patient) => ({ exposed: false, traits: personTraits(patient, middle, facts, world) })),
  ];
}
