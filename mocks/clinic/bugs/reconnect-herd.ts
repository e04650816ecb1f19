// Mechanism: after an outage of the cache the sessions that wait are looked up by one query, and its rows are given back by position. But
// a database answers in an order of its own, names a repeated token once and an unknown one not at all: whoever stands behind gets the
// session of a neighbour, and the wrong map goes to the cache for a minute.
// Trigger: the cache is flushed, squeezed, restarted, away, or silent for a second (so it seems to a node that was frozen, too), and within
// five seconds several patients ask one instance in the same instant.
// Must ring: session-swap, foreign-listing, foreign-identity, in the minute after the recovery. Ordinary load looks up one by one.
// Incident: Wyze, February 2024 (a caching library mixed up ids "under unprecedented load" as all cameras came back).
import type { FoundSession } from '../session-lookup.ts';
import { type Bug, everywhere } from './bug.ts';

function matchByPosition(asked: readonly string[], found: readonly FoundSession[]): ReadonlyMap<string, FoundSession> {
  const matched = new Map<string, FoundSession>();
  for (const [index, session] of found.entries()) {
    const hash = asked[index];
    if (hash !== undefined) matched.set(hash, session);
  }
  return matched;
}

export const reconnectHerd: Bug = {
  id: 'reconnect-herd',
  incident: 'Wyze, February 2024',
  link: 'https://securityboulevard.com/2024/02/about-13000-wyze-customers-affected-by-camera-glitch/',
  topologies: everywhere,
  seams: { matchSessions: matchByPosition },
};
