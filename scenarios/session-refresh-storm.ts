// Sessions that are due to be renewed ask for a public page at the same instant: the renewed session travels on an answer
// that a shared cache may keep. Whoever is then given it is somebody else, as who-am-i and the history tell.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

/** Deployments renew sessions after a while, the reference clinic after five seconds; some of these are later for those who signed in late. */
const askedAtMs = [5_700, 6_500, 7_300];
/** Until then nobody asks for anything of their own, or that answer would bring the new session, and to nobody else. */
const lookAfterMs = 300;

export const sessionRefreshStorm: Scenario = {
  name: 'session-refresh-storm',
  summary: 'sessions that are due for renewal all ask for a public page at once, then who they are',
  needs: ['sign-in', 'slots', 'who-am-i', 'view-history'],
  weight: 2,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const self = script(random, thinkMs)
        .next({ kind: 'sign-in', by: seat === 3 ? 'bearer' : 'cookie' })
        .next({ kind: 'view-history', page: 'json' })
        .at(2_000)
        .next({ kind: 'who-am-i' });
      for (const [round, atMs] of askedAtMs.entries()) {
        const modality = round % 2 === 0 ? 'phone' : 'in-person';
        self.together({ name: `${scene}/${round}`, parties: cast.length, atMs }, { kind: 'slots', modality });
      }
      self
        .at(self.nowMs + lookAfterMs)
        .next({ kind: 'who-am-i' })
        .next({ kind: 'view-history', page: 'json' })
        .next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient: random.pick([lane.regular, lane.twin]), steps: self.steps };
    }),
};
