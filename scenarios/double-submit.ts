// Clients that make idempotency keys of a counter send the same keys as others do, and send them again when an answer got
// lost. A stored answer belongs to whoever wrote the booking; given out by its key alone, it shows somebody else's.
import type { Action, Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const doubleSubmit: Scenario = {
  name: 'double-submit',
  summary: 'patients submit bookings twice under equal keys, some hang up before the answer, and look at what they got',
  needs: ['sign-in', 'book', 'view-consultation', 'view-history'],
  weight: 2,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin, lane.newcomer]);
      const self = script(random, thinkMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      for (const counter of [1, 2]) {
        const item = lane.nextItem(patient);
        const submit: Action = { kind: 'book', item, modality: 'phone', key: `${scene}/${counter}` };
        const barrier = {
          name: `${scene}/${counter}`,
          parties: cast.length,
          atMs: thinkMs * (3 + 7 * (counter - 1)),
        };
        const hangsUp = seat % 2 === counter % 2;
        self
          .together(barrier, submit, hangsUp ? { abortAfterMs: random.pick([2, 5, 15]) } : {})
          .next(submit)
          .next({ kind: 'view-consultation', item })
          .next({ kind: 'view-history', page: 'json' })
          .next({ kind: 'cancel', item });
      }
      self.next({ kind: 'read-inbox' }).next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
