// Where the next page of a history begins. A cursor is a position in a list, no more: whose list it is, is asked of the session.

import type { ConsultationRow, PageStart } from './history-rows.ts';
import { Refusal } from './http.ts';
import type { Services } from './services.ts';

export interface Cursors {
  /** A cursor for the page that follows this row of the owner's history. */
  after(services: Services, ownerId: string, row: ConsultationRow): Promise<string>;
  /** The owner's consultations from there on. Throws a `Refusal` for a cursor that was never given out. */
  page(services: Services, ownerId: string, cursor: string, countMax: number): Promise<readonly ConsultationRow[]>;
}

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function decode(cursor: string): PageStart {
  const [startsAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('|');
  if (uuidShape.test(id) && timeShape.test(startsAt) && !Number.isNaN(Date.parse(startsAt))) return { startsAt, id };
  throw new Refusal(400, 'bad-cursor', 'this cursor was not given out by the history: start again without one');
}

export const positionCursors: Cursors = {
  after: async (_services, _ownerId, row) => Buffer.from(`${row.startsAt}|${row.id}`).toString('base64url'),
  page: (services, ownerId, cursor, countMax) =>
    services.seams.consultations(services.database, ownerId, decode(cursor), countMax),
};
