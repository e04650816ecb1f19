// Patients sit before their rewatch page and play a recording while the cache is flushed or a new version rolled out around them,
// and go on afterwards: what the page shows, list, pictures and player, is looked at before, in the midst of it and after.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

const roundsMax = 6;

export const rewatchThroughTheChange: Scenario = {
  name: 'rewatch-through-the-change',
  summary: 'patients look at their rewatch page and play a recording before, during and after a flush or a roll-out',
  needs: ['sign-in', 'view-history', 'watch', 'reload', 'sign-out'],
  weight: 2,
  spans: ['cache-flush', 'cache-down', 'deploy'],
  eyes: true,
  scene: ({ cast, random, thinkMs, span }) =>
    cast.map((lane, seat): ScenePart => {
      const self = script(random, thinkMs)
        .next({ kind: 'sign-in', by: 'cookie' })
        .next({ kind: 'view-history', page: 'html' })
        .next({ kind: 'watch', pick: 0 })
        .at(span.fromMs);
      for (let round = 0; round < roundsMax && self.nowMs < span.untilMs + 2 * thinkMs; round++) {
        self.next({ kind: 'view-history', page: 'html' }).next({ kind: 'watch', pick: round });
      }
      self.at(span.untilMs).next({ kind: 'reload' }).next({ kind: 'view-history', page: 'html' });
      self.next({ kind: 'watch', pick: 1 }).next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient: random.pick([lane.regular, lane.twin]), steps: self.steps };
    }),
};
