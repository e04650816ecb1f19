// Two people signed in at one browser at the same time: the second signs in while the first's page is still open in another tab and
// nobody has signed out. From then on the browser is the second's, and so must be everything that it shows.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const twoTabs: Scenario = {
  name: 'two-tabs',
  summary: "a second patient signs in where the first's page is still open in another tab, and looks at both",
  needs: ['sign-in', 'view-history', 'watch', 'sign-out', 'open-tab', 'look-at-tab', 'reload'],
  weight: 2,
  eyes: true,
  scene: ({ cast, random, thinkMs }) =>
    cast.flatMap((lane, seat): ScenePart[] => {
      const first = script(random, thinkMs)
        .next({ kind: 'sign-in', by: 'cookie' })
        .next({ kind: 'view-history', page: 'html' })
        .next({ kind: 'open-tab' })
        .next({ kind: 'watch', pick: 0 });
      const second = script(random, thinkMs)
        .at(first.nowMs)
        .next({ kind: 'sign-in', by: 'cookie' })
        .next({ kind: 'look-at-tab' })
        .next({ kind: 'view-history', page: 'html' })
        .next({ kind: 'watch', pick: 0 })
        .next({ kind: 'look-at-tab' })
        .next({ kind: 'reload' })
        .next({ kind: 'sign-out' });
      return [
        { seat: seat as ScenePart['seat'], patient: lane.regular, sharesDevice: true, steps: first.steps },
        { seat: seat as ScenePart['seat'], patient: lane.relative, sharesDevice: true, steps: second.steps },
      ];
    }),
};
