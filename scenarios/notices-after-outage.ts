// The mail provider is away while bookings and recordings bring notices forth, so they pile up and go out together when it is
// back: the moment at which text and addressee part. Everybody reads their mailbox before and after.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

/** Mailboxes are read at these moments after the provider is back. */
const readingsAtMs = [250, 900, 1_700, 2_600];
const bookingCount = 3;

export const noticesAfterOutage: Scenario = {
  name: 'notices-after-outage',
  summary: 'notices pile up while the mail provider is away, and every mailbox is read once they have gone out',
  needs: ['sign-in', 'book', 'read-inbox'],
  weight: 1,
  spans: ['mail'],
  scene: ({ cast, random, thinkMs, span }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin, lane.newcomer]);
      const self = script(random, thinkMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      self.next({ kind: 'read-inbox' }).at(span.fromMs + 100);
      for (let booking = 0; booking < bookingCount; booking++) {
        const item = lane.nextItem(patient);
        self.next({ kind: 'book', item, modality: 'video' });
        if (booking > 0) continue;
        self.next({ kind: 'attend', item }).next({ kind: 'end-call', item });
      }
      for (const atMs of readingsAtMs) self.at(span.untilMs + atMs).next({ kind: 'read-inbox' });
      self.next({ kind: 'view-history', page: 'json' }).next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
