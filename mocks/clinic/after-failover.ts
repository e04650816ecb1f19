// What must be done to a database that has taken over with writes lost, before any app may speak to it: it can't know which sign-outs,
// withdrawals, moves and erasures it has missed, so it takes all of them for made.
import type { Database } from './database.ts';
import { reapplyErasures } from './erasure-ledger.ts';
import { reapplyMoves } from './move-ledger.ts';

// More changes than any patient can have made in the time that was lost: the version of a list that was cached in that time must not be
// reached again while it lives, nor that under which a consent was asked for and is still on its way.
const versionLeap = 100_000;

const revokeSessions = {
  name: 'failover-revoke',
  text: 'update sessions set revoked_at = now() where revoked_at is null',
};
const dropProxies = { name: 'failover-drop-proxies', text: 'delete from proxies' };
const leapVersions = {
  name: 'failover-leap',
  text: `update patients set history_version = history_version + ${versionLeap}, consent_version = consent_version + ${versionLeap}`,
};

/** Ends every session and every proxy's right, and leaves behind all that the cache holds of the lost time. */
export async function revokeAll(database: Database): Promise<void> {
  for (const statement of [revokeSessions, dropProxies, leapVersions]) await database.query(statement, []);
}

/** All of it. Safe to repeat. */
export async function closeAfterFailover(database: Database, objectsDir: string): Promise<void> {
  await revokeAll(database);
  await reapplyMoves(database, objectsDir);
  await reapplyErasures(database, objectsDir);
}
