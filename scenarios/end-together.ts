// Calls that end in the same second: recordings that are named by the clock overwrite one another, and each patient then
// rewatches whoever came last.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const endTogether: Scenario = {
  name: 'end-together',
  summary: 'four calls end at the same instant, then everybody rewatches theirs and reads the notice of it',
  needs: ['sign-in', 'book', 'attend', 'end-call', 'view-history', 'watch'],
  weight: 2,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin, lane.newcomer]);
      const item = lane.nextItem(patient);
      const barrier = { name: `${scene}/end`, parties: cast.length, atMs: thinkMs * 6 };
      const self = script(random, thinkMs)
        .next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) })
        .next({ kind: 'book', item, modality: 'video' })
        .next({ kind: 'attend', item })
        .together(barrier, { kind: 'end-call', item });
      // The recording is stored behind the scenes, in a moment.
      self
        .at(self.nowMs + 3 * thinkMs)
        .next({ kind: 'view-history', page: 'json' })
        .next({ kind: 'watch', pick: 0 })
        .next({ kind: 'watch', pick: 1 })
        .next({ kind: 'read-inbox' })
        .next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
