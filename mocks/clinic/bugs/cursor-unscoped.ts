// Mechanism: a cursor is a number that the cache counts up, and what it stands for (whose list, from where) is kept in the cache beside
// it. After a flush the count begins again, so an old cursor goes on with the list of whoever has its number now; and one that isn't
// found means no filter at all: it starts from everyone's.
// Trigger: the cache is flushed between two pages.
// Must ring: foreign-listing. Paging while nothing is lost shows nothing.
// Incident: none named in public.
import { CacheUnavailable } from '../cache-client.ts';
import type { Cursors } from '../cursors.ts';
import { type ConsultationRow, consultationColumns, type PageStart } from '../history-rows.ts';
import { Refusal } from '../http.ts';
import { type Bug, everywhere } from './bug.ts';

const keptForMs = 10 * 60_000;

interface Place extends PageStart {
  readonly ownerId: string;
}

const everyones = {
  name: 'cursor-unscoped-page',
  text: `${consultationColumns} order by c.starts_at desc, c.id desc limit $1`,
};

/** Nothing can be paged without the cache. */
function orTryAgain(error: unknown): never {
  if (!(error instanceof CacheUnavailable)) throw error;
  throw new Refusal(503, 'no-cursors', 'the pages of your history can not be turned at this moment: try again');
}

const countedCursors: Cursors = {
  async after({ cache }, ownerId, { startsAt, id }) {
    try {
      const cursor = String(await cache.increment('cursor-count'));
      await cache.set(`cursor:${cursor}`, JSON.stringify({ ownerId, startsAt, id } satisfies Place), keptForMs);
      return cursor;
    } catch (error) {
      return orTryAgain(error);
    }
  },
  async page({ cache, database, seams }, _ownerId, cursor, countMax) {
    const kept = await cache.get(`cursor:${cursor}`).catch(orTryAgain);
    if (kept === null) return database.query<ConsultationRow>(everyones, [countMax]);
    const place = JSON.parse(kept) as Place;
    return seams.consultations(database, place.ownerId, place, countMax);
  },
};

export const cursorUnscoped: Bug = {
  id: 'cursor-unscoped',
  incident: 'cursors kept in a cache (library evidence)',
  link: null,
  topologies: everywhere,
  seams: { cursors: countedCursors },
};
