// Calls that begin with audio and go on with video, several at once, then everybody rewatches: the feature that the
// service of 2020 named as the origin of its leak.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const switchTheCall: Scenario = {
  name: 'switch-the-call',
  summary: 'calls are switched from audio to video, several at once, and rewatched',
  needs: ['sign-in', 'book', 'attend', 'switch-call', 'end-call', 'view-history'],
  weight: 1,
  scene: ({ cast, random, thinkMs }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin]);
      const item = lane.nextItem(patient);
      const self = script(random, thinkMs)
        .next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) })
        .next({ kind: 'book', item, modality: 'video' })
        .next({ kind: 'attend', item })
        .next({ kind: 'switch-call', item })
        .next({ kind: 'end-call', item })
        .next({ kind: 'view-history', page: 'json' })
        .next({ kind: 'who-am-i' });
      // The recording is stored behind the scenes: look again once it may be there.
      self
        .at(self.nowMs + 4 * thinkMs)
        .next({ kind: 'view-history', page: 'json' })
        .next({ kind: 'watch', pick: 0 })
        .next({ kind: 'watch', pick: 1 })
        .next({ kind: 'read-inbox' })
        .next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
