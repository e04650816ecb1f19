// Which session value was given to whom first, and which names carry no session at all. Targets also set cookies that mark a
// node or a consent: the same few values for everybody, which no two clients may be blamed for sharing.
import { toldName } from '../drivers/client.ts';
import type { Operation } from '../history.ts';
import { viewerOf } from './viewer.ts';

/** Fewer sessions say too little of a name. */
const sessionsMin = 4;

export interface SharedName {
  readonly name: string;
  readonly values: number;
  readonly sessions: number;
}

export interface SessionValues {
  /** The operation whose answer first issued a value, by the value as the history has it: `<name>=<fingerprint>`. */
  readonly firstHolders: ReadonlyMap<string, Operation>;
  /** Names whose values are mostly shared, so they are no session's; by name. */
  readonly sharedNames: ReadonlyMap<string, SharedName>;
}

/** An entry without a name is of an earlier format. */
export function nameOfValue(entry: string): string {
  return entry.slice(0, Math.max(0, entry.indexOf('=')));
}

/** `operations` in order of start. */
export function buildSessionValues(operations: readonly Operation[]): SessionValues {
  const firstHolders = new Map<string, Operation>();
  const clientsOf = new Map<string, Set<string>>();
  const sessionsOf = new Map<string, Set<string>>();
  for (const op of operations) {
    for (const entry of op.sessionValues ?? []) {
      if (!firstHolders.has(entry)) firstHolders.set(entry, op);
      addUnder(clientsOf, entry, viewerOf(op) ?? op.session);
      addUnder(sessionsOf, nameOfValue(entry), op.session);
    }
  }
  return { firstHolders, sharedNames: sharedNamesOf(clientsOf, sessionsOf) };
}

function addUnder(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(value));
}

/**
 * Few values for many sessions, and most of them at several clients. The second half keeps the cookies that a target issues once
 * per patient: those few are unique all the same, and one at a second patient is a swap. What an adapter told of is a session's by
 * its word: handed to everybody, it is the worst of swaps, and no excuse.
 */
function sharedNamesOf(
  clientsOf: ReadonlyMap<string, ReadonlySet<string>>,
  sessionsOf: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, SharedName> {
  const values = new Map<string, { all: number; atOneClient: number }>();
  for (const [entry, clients] of clientsOf) {
    const name = nameOfValue(entry);
    const { all, atOneClient } = values.get(name) ?? { all: 0, atOneClient: 0 };
    values.set(name, { all: all + 1, atOneClient: atOneClient + (clients.size === 1 ? 1 : 0) });
  }
  const shared = new Map<string, SharedName>();
  for (const [name, { all, atOneClient }] of values) {
    const sessions = sessionsOf.get(name)?.size ?? 0;
    if (name === toldName) continue;
    if (sessions < sessionsMin || all * 2 >= sessions || atOneClient * 2 > all) continue;
    shared.set(name, { name, values: all, sessions });
  }
  return shared;
}
