// Clients that never sign in ask for what only patients may see, right beside patients who look at theirs: what a cache kept
// for one of them, or a fallback that lets everybody in, answers them too.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const passerBy: Scenario = {
  name: 'passer-by',
  summary: 'clients without a session request private addresses while patients use them',
  needs: ['sign-in', 'view-history', 'who-am-i'],
  weight: 1,
  scene: ({ cast, random, thinkMs }) =>
    cast.map((lane, seat): ScenePart => {
      const stranger = seat % 2 === 1;
      const self = script(random, thinkMs);
      if (!stranger) self.next({ kind: 'sign-in', by: 'cookie' });
      self
        .next({ kind: 'slots' })
        .next({ kind: 'view-history', page: 'json' })
        .next({ kind: 'view-history', page: 'html' })
        .next({ kind: 'who-am-i' })
        .next({ kind: 'view-history', page: 'json' });
      if (!stranger) self.next({ kind: 'watch', pick: 0 }).next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient: stranger ? null : lane.regular, steps: self.steps };
    }),
};
