// Four patients ask for one and the same address, which names none of them, at the same instant, again and again:
// the most productive pattern in public incidents. Sequential tests never show what it finds.
import type { Action, Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

const rounds: readonly Action[] = [
  { kind: 'view-history', page: 'json' },
  { kind: 'who-am-i' },
  { kind: 'view-history', page: 'json' },
  { kind: 'view-history', page: 'html' },
];

export const sameInstant: Scenario = {
  name: 'same-instant',
  summary: 'four patients request the same address, released together by a barrier',
  needs: ['sign-in', 'view-history'],
  weight: 3,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const self = script(random, thinkMs).next({ kind: 'sign-in', by: seat % 2 === 0 ? 'cookie' : 'bearer' });
      for (const [round, action] of rounds.entries()) {
        self.together({ name: `${scene}/${round}`, parties: cast.length, atMs: thinkMs * (3 + 2 * round) }, action);
      }
      self.next({ kind: 'watch', pick: 0 }).next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient: seat < 2 ? lane.regular : lane.twin, steps: self.steps };
    }),
};
