// A patient has everything erased, and then nothing of theirs may be shown to anybody: not to their own session, not to one
// whom they had given a right, not by a link from before. The patient is used for nothing else afterwards.
import type { Barrier, Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const eraseAndLook: Scenario = {
  name: 'erase-and-look',
  summary: 'a patient erases everything; they, and one who had a right to it, look again and must be refused',
  needs: ['sign-in', 'view-history', 'share', 'erase'],
  weight: 1,
  scene: ({ cast, random, thinkMs, scene }) => {
    const [home, next] = random.pick([
      [cast[0], cast[1]],
      [cast[2], cast[3]],
    ] as const);
    if (home.twin === home.regular) return [];
    const seat = cast.indexOf(home) as 0 | 2;
    const barrier = (name: string, step: number): Barrier => ({
      name: `${scene}/${name}`,
      parties: 2,
      atMs: thinkMs * (2 + 4 * step),
    });
    const self = script(random, thinkMs)
      .next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) })
      .next({ kind: 'view-history', page: 'json' }, { postLinkAs: `${scene}/link` })
      .next({ kind: 'share', with: next.regular })
      .together(barrier('shared', 1), { kind: 'who-am-i' })
      .together(barrier('seen', 2), { kind: 'erase' })
      .together(barrier('erased', 3), { kind: 'view-history', page: 'json' })
      .next({ kind: 'follow-link', board: `${scene}/link` })
      .next({ kind: 'who-am-i' })
      .next({ kind: 'sign-in', by: 'cookie' });
    const proxy = script(random, thinkMs)
      .next({ kind: 'sign-in', by: 'cookie' })
      .next({ kind: 'view-history', page: 'json' })
      .together(barrier('shared', 1), { kind: 'view-history', page: 'json', of: home.twin })
      .next({ kind: 'watch', pick: 0 })
      .together(barrier('seen', 2), { kind: 'who-am-i' })
      .together(barrier('erased', 3), { kind: 'view-history', page: 'json', of: home.twin })
      .next({ kind: 'watch', pick: 0 })
      .next({ kind: 'follow-link', board: `${scene}/link` })
      .next({ kind: 'view-history', page: 'json' })
      .next({ kind: 'sign-out' });
    return [
      { seat, patient: home.twin, steps: self.steps },
      { seat: (seat + 1) as ScenePart['seat'], patient: next.regular, steps: proxy.steps },
    ];
  },
};
