// Links are pasted into chats: one patient's link to a recording is followed by another, by somebody without a session, and by
// its owner after signing out. Each may be refused, none may be shown what is not theirs at that moment.
import type { Action, Barrier, Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const sharedLink: Scenario = {
  name: 'shared-link',
  summary: "a patient's link to a recording is followed by another patient, by a passer-by, and after signing out",
  needs: ['sign-in', 'view-history', 'watch', 'follow-link', 'sign-out'],
  weight: 2,
  scene: ({ cast, random, thinkMs, scene }) => {
    const board = (seat: number): string => `${scene}/link-${seat}`;
    const follow = (seat: number): Action => ({ kind: 'follow-link', board: board(seat) });
    const barrier = (name: string, step: number): Barrier => ({
      name: `${scene}/${name}`,
      parties: cast.length,
      atMs: thinkMs * (2 + 4 * step),
    });
    return cast.map((lane, seat): ScenePart => {
      const stranger = seat === 3;
      const self = script(random, thinkMs);
      if (stranger) self.together(barrier('posted', 1), follow(0)).together(barrier('left', 2), follow(1));
      else {
        const neighbour = (seat + 1) % 3;
        self
          .next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) })
          .next({ kind: 'view-history', page: 'json' }, { postLinkAs: board(seat) })
          .next({ kind: 'watch', pick: 0 })
          .together(barrier('posted', 1), follow(neighbour))
          .next({ kind: 'sign-out' })
          .together(barrier('left', 2), follow(seat))
          .next(follow(neighbour));
      }
      const patient = stranger ? null : random.pick([lane.regular, lane.twin, lane.relative]);
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    });
  },
};
