// Lists are read page by page, slowly, and the shared cache is emptied between two pages: a cursor that means something only
// in the cache then goes on in another's list, or in everyone's.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

/** Three past consultations give two pages. */
const limit = 2;
const afterMs = 1_200;
const pagesMax = 40;
/** First pages are opened this long before the flush … */
const beforeMs = 150;
/** … and turned so long after it, each seat at another time, for a flush may come late. */
const turnedAfterMs = [150, 400, 800, 1_300];

export const pageAcrossFlush: Scenario = {
  name: 'page-across-flush',
  summary: 'patients turn the pages of their lists slowly while the shared cache is emptied',
  needs: ['sign-in', 'view-history', 'turn-page'],
  weight: 1,
  spans: ['cache-flush', 'cache-restart'],
  scene: ({ cast, random, thinkMs, span }) =>
    cast.map((lane, seat): ScenePart => {
      const self = script(random, thinkMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      const turn = (): void => {
        self.next({ kind: 'view-history', page: 'json', limit }).at(self.nowMs + 2 * thinkMs);
        self.next({ kind: 'turn-page' });
      };
      const firstPageMs = span.fromMs - beforeMs;
      for (let page = 0; page < pagesMax && self.nowMs + 5 * thinkMs < firstPageMs; page++) turn();
      self
        .at(firstPageMs)
        .next({ kind: 'view-history', page: 'json', limit })
        .at(span.fromMs + (turnedAfterMs[seat % turnedAfterMs.length] ?? 0))
        .next({ kind: 'turn-page' });
      for (let page = 0; page < pagesMax && self.nowMs < span.untilMs + afterMs; page++) turn();
      self.next({ kind: 'sign-out' });
      const patient = random.pick([lane.regular, lane.twin, lane.relative]);
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
