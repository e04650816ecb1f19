// A database fails over to a replica that never heard of the last writes. Whoever books right after may be given ids that
// caches and stores still tie to what was lost: what a new booking shows must be that booking.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

/** From shortly before the fault on, all through it: nobody knows at which moment of it the replica stops hearing. */
const firstBookingAtMs = -350;
const bookingEveryMs = 400;
const bookingsMax = 20;
/** The failover takes its time: new sessions book at these moments after its planned end. */
const rebookingsAtMs = [100, 700, 1_400, 2_100];

export const lostAndRebooked: Scenario = {
  name: 'lost-and-rebooked',
  summary: 'patients book right before a failover that loses writes, and look closely at what they book right after it',
  needs: ['sign-in', 'book', 'view-consultation', 'view-history'],
  weight: 1,
  spans: ['database-failover'],
  scene: ({ cast, random, thinkMs, span }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin, lane.newcomer]);
      const pauseMs = Math.min(thinkMs, 120);
      const self = script(random, pauseMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      const bookAndLook = (): void => {
        const item = lane.nextItem(patient);
        self.next({ kind: 'book', item, modality: 'phone' }).next({ kind: 'view-consultation', item });
      };
      for (let booked = 0; booked < bookingsMax; booked++) {
        const atMs = span.fromMs + firstBookingAtMs + booked * bookingEveryMs;
        if (atMs >= span.untilMs) break;
        self.at(atMs);
        bookAndLook();
      }
      for (const atMs of rebookingsAtMs) {
        self.at(span.untilMs + atMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
        bookAndLook();
        self.next({ kind: 'view-history', page: 'json' });
      }
      self.next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
