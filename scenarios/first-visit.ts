// Patients who have nothing yet: where an empty owner filter means "everyone's", they see the whole practice.
// Those of the odd seats then book, so that the first thing of their own is there too; the others stay empty for good.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const firstVisit: Scenario = {
  name: 'first-visit',
  summary: 'patients without any consultation open their empty history; half of them book their first',
  needs: ['sign-in', 'view-history'],
  weight: 2,
  scene: ({ cast, random, thinkMs }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = lane.newcomer;
      const self = script(random, thinkMs)
        .next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) })
        .next({ kind: 'slots' })
        .next({ kind: 'view-history', page: 'json' })
        .next({ kind: 'who-am-i' })
        .next({ kind: 'view-history', page: 'html' });
      if (seat % 2 === 1) {
        self
          .next({ kind: 'book', item: lane.nextItem(patient), modality: 'video' })
          .next({ kind: 'view-history', page: 'json' });
      }
      self.next({ kind: 'watch', pick: 0 }).next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
