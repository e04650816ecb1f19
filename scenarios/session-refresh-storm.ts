// Sessions that are due to be renewed ask for a public page at the same instant: the renewed session travels on an answer
// that a shared cache may keep. Whoever is then given it is somebody else, as who-am-i and the history tell.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

/** Deployments renew sessions after a while; the reference clinic after five seconds. */
const dueAfterMs = 5_300;
/** While what a shared cache kept of the public page still lives: two seconds, in the reference clinic. */
const againAfterMs = 800;

export const sessionRefreshStorm: Scenario = {
  name: 'session-refresh-storm',
  summary: 'sessions that are due for renewal all ask for a public page at once, then who they are',
  needs: ['sign-in', 'slots', 'who-am-i', 'view-history'],
  weight: 1,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const self = script(random, thinkMs)
        .next({ kind: 'sign-in', by: seat === 3 ? 'bearer' : 'cookie' })
        .next({ kind: 'view-history', page: 'json' })
        .at(2_500)
        .next({ kind: 'who-am-i' });
      for (const [round, modality] of (['phone', 'phone', 'in-person', 'in-person'] as const).entries()) {
        const atMs = thinkMs + dueAfterMs + round * (againAfterMs + 3 * thinkMs);
        self
          .together({ name: `${scene}/${round}`, parties: cast.length, atMs }, { kind: 'slots', modality })
          .next({ kind: 'who-am-i' })
          .next({ kind: 'view-history', page: 'json' });
      }
      self.next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient: random.pick([lane.regular, lane.twin]), steps: self.steps };
    }),
};
