// Patients open their history under an address that looks like a style sheet, and others who are nobody ask for the same
// address, at the same instant and a moment after: web cache deception, without anybody's ill will.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

const suffixes = ['/x.css', '/app.js', '/logo.png'] as const;

export const oddPaths: Scenario = {
  name: 'odd-paths',
  summary: 'patients open their history under a path that names a static file, then clients without a session do',
  needs: ['sign-in', 'view-history', 'open-odd-path'],
  weight: 2,
  scene: ({ cast, random, thinkMs, scene }) => {
    const suffix = random.pick(suffixes);
    return cast.map((lane, seat): ScenePart => {
      const stranger = seat % 2 === 1;
      const self = script(random, thinkMs);
      if (!stranger) self.next({ kind: 'sign-in', by: 'cookie' }).next({ kind: 'view-history', page: 'json' });
      for (const round of [0, 1]) {
        const barrier = { name: `${scene}/${round}`, parties: cast.length, atMs: thinkMs * (3 + 4 * round) };
        self.together(barrier, { kind: 'open-odd-path', suffix }).next({ kind: 'open-odd-path', suffix });
      }
      self.next({ kind: 'view-history', page: 'json' });
      if (!stranger) self.next({ kind: 'sign-out' });
      const patient = stranger ? null : random.pick([lane.regular, lane.twin]);
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    });
  },
};
