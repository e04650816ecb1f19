// Four calls end at one instant, so that their pictures are made at the same time; then everybody looks at the little pictures of
// their own list. A list can be right in every word and wrong in its pictures, which only eyes can tell.
import type { Barrier, Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const thumbnailsInABurst: Scenario = {
  name: 'thumbnails-in-a-burst',
  summary: 'four calls end at one instant, and everybody looks at the pictures on their own list',
  needs: ['sign-in', 'book', 'attend', 'switch-call', 'end-call', 'view-history', 'reload', 'sign-out'],
  weight: 3,
  eyes: true,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin]);
      const item = lane.nextItem(patient);
      const together = (name: string, step: number): Barrier => ({
        name: `${scene}/${name}`,
        parties: cast.length,
        atMs: thinkMs * step,
      });
      const self = script(random, thinkMs)
        .next({ kind: 'sign-in', by: 'cookie' })
        .next({ kind: 'book', item, modality: 'video' })
        .next({ kind: 'attend', item })
        .together(together('switch', 6), { kind: 'switch-call', item })
        .together(together('end', 8), { kind: 'end-call', item })
        .next({ kind: 'view-history', page: 'html' });
      // The pictures are made behind the scenes: look again once they may be there.
      self.at(self.nowMs + thinkMs).next({ kind: 'reload' });
      self.next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
