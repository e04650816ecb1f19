// A client hangs up in the middle of an answer, and the request after it is looked at hard: a reply that was left
// unread in a pooled connection goes to whoever comes next.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const cancelAndLookNext: Scenario = {
  name: 'cancel-and-look-next',
  summary: 'requests are cut off by the client in mid-flight, then everybody looks at the next answer',
  needs: ['sign-in', 'view-history'],
  weight: 3,
  scene: ({ cast, random, thinkMs }) =>
    cast.map((lane, seat): ScenePart => {
      const self = script(random, thinkMs / 2).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      for (let round = 0; round < 3; round++) {
        const abortAfterMs = random.pick([2, 5, 15, 40, 80, 150]);
        self
          .next({ kind: 'view-history', page: 'json' }, { abortAfterMs })
          .next({ kind: 'view-history', page: 'json' })
          .next({ kind: 'who-am-i' });
      }
      self.next({ kind: 'watch', pick: 0 }, { abortAfterMs: 3 }).next({ kind: 'watch', pick: 1 });
      self.next({ kind: 'sign-out' });
      const patient = random.pick([lane.regular, lane.twin, lane.relative]);
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
