// Everybody asks for all of their data at the same instant, also one who has none: a worker that carries one patient's file
// list over into the next job packs the wrong recordings into the file.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const exportTogether: Scenario = {
  name: 'export-together',
  summary: 'four patients export all of their data at the same instant, twice, and each looks into the file',
  needs: ['sign-in', 'export'],
  weight: 2,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const self = script(random, thinkMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      for (const round of [0, 1]) {
        const barrier = { name: `${scene}/${round}`, parties: cast.length, atMs: thinkMs * (3 + 12 * round) };
        self.together(barrier, { kind: 'export' }).next({ kind: 'who-am-i' });
      }
      self.next({ kind: 'sign-out' });
      const patient = seat === 2 ? lane.newcomer : random.pick([lane.regular, lane.twin, lane.relative]);
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
