// Mechanism: the session store is wrapped so that a request need not fail when it can't be read: it goes on with "the" session, which is
// the one this instance has in hand, the last that it read.
// Trigger: the cache is down (or too slow to answer, as it seems to a node that was frozen, too), and more than one patient is signed in.
// Must ring: session-swap, foreign-listing, foreign-identity. Incidents: cachetur.no 2022, Altinn 2012 (all saw one man's tax return).
import { CacheUnavailable } from '../cache-client.ts';
import type { Seams } from '../seams.ts';
import type { KnownSession } from '../session-lookup.ts';
import { type Bug, everywhere } from './bug.ts';

let inHand: KnownSession | undefined;

const readSession: Seams['readSession'] = async (fromCache, fromDatabase) => {
  try {
    const read = (await fromCache()) ?? (await fromDatabase());
    inHand = read ?? inHand;
    return read;
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
    return inHand ?? fromDatabase();
  }
};

export const sessionStoreFallback: Bug = {
  id: 'session-store-fallback',
  incident: 'cachetur.no, 2022; Altinn, March 2012',
  link: 'https://www.theverge.com/2012/3/22/2892471/norway-altinn-kenneth-tax-leak',
  topologies: everywhere,
  seams: { readSession },
};
