// Sessions that live through a roll-out: signed in before it, looking all the while, still there after it. What one
// version left in a shared cache, the other may read as somebody else's.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

const stepsMax = 60;
/** How long it goes on looking after the roll-out. */
const afterMs = 1_500;

export const crossTheDeploy: Scenario = {
  name: 'cross-the-deploy',
  summary: 'sessions signed in before a roll-out keep looking through it and after it',
  needs: ['sign-in', 'view-history'],
  weight: 1,
  spans: ['deploy'],
  scene: ({ cast, random, thinkMs, span }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin, lane.relative]);
      const self = script(random, thinkMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      for (let step = 0; step < stepsMax && self.nowMs < span.untilMs + afterMs; step++) {
        self.next({ kind: 'view-history', page: 'json' });
        if (step % 4 === 1) self.next({ kind: 'watch', pick: random.between(0, 2) });
        if (step % 4 === 3) self.next({ kind: 'who-am-i' });
        self.at(self.nowMs + thinkMs);
      }
      self.next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
