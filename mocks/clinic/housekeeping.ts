// Throws away what has had its time: exports with their files, events that nobody will ask for again, notices that are stale; and exports
// and half-written files that no row speaks of, because an instance died between two steps or the database lost its last writes. (A
// recording or thumbnail that is left behind so stays until the clinic ends; its name is random, and no row leads to it.)
import type { Database } from './database.ts';
import { exportKey, type ObjectStore } from './objects.ts';
import { type Rounds, startRounds } from './rounds.ts';

const everyMs = 2_000;
const sweepEachRounds = 10;
/** Longer than an export is shown, and than anything takes to be written. */
const orphanAgeMs = 120_000;

// A little longer than they are shown, so that whoever is still being given one has it.
const oldExports = {
  name: 'housekeeping-exports',
  text: `delete from exports where id in (
      select id from exports where created_at < now() - interval '70 seconds' limit 100
    ) returning id`,
};

const oldEvents = {
  name: 'housekeeping-events',
  text: `delete from events where at_us < (extract(epoch from clock_timestamp()) * 1000000)::bigint - 60000000`,
};

const oldNotices = {
  name: 'housekeeping-notices',
  text: `delete from notices where created_at < now() - interval '10 minutes'`,
};

export function startHousekeeping(database: Database, objects: ObjectStore): Rounds {
  let roundCount = 0;
  return startRounds(everyMs, async () => {
    roundCount += 1;
    const left = await database.query<{ id: string }>(oldExports, []);
    for (const { id } of left) await objects.remove(exportKey(id));
    await database.query(oldEvents, []);
    await database.query(oldNotices, []);
    if (roundCount % sweepEachRounds === 0) {
      for (const kind of ['export', 'partial'] as const) await objects.removeOlder(kind, orphanAgeMs);
    }
    return false;
  });
}
