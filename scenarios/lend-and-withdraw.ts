// A child's account lets the parent see its history, then takes the right back: a cached grant must not outlive it.
// Barriers put the two in order: shared, seen, withdrawn, refused.
import { archetypeOf } from '../fixtures/cohort.ts';
import type { Barrier, LaneCast, Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const lendAndWithdraw: Scenario = {
  name: 'lend-and-withdraw',
  summary: 'a child shares its history with the parent and withdraws it; the parent looks before and after',
  needs: ['sign-in', 'view-history', 'share', 'withdraw'],
  weight: 1,
  scene: ({ cast, random, thinkMs, scene }) => {
    const seatOf = (lane: LaneCast): ScenePart['seat'] => cast.indexOf(lane) as ScenePart['seat'];
    const households = [cast.slice(0, 2), cast.slice(2, 4)];
    return households.flatMap((household, number): ScenePart[] => {
      const parent = household.find((lane) => archetypeOf(lane.relative) === 'parent');
      const child = household.find((lane) => archetypeOf(lane.relative) === 'child');
      if (!parent || !child) return [];
      const barrier = (name: string, step: number): Barrier => ({
        name: `${scene}/${number}/${name}`,
        parties: 2,
        atMs: thinkMs * (2 + 4 * step),
      });
      const owner = script(random, thinkMs)
        .next({ kind: 'sign-in', by: 'bearer' })
        .next({ kind: 'share', with: parent.relative })
        .together(barrier('shared', 1), { kind: 'view-history', page: 'json' })
        .together(barrier('seen', 2), { kind: 'withdraw', from: parent.relative })
        .together(barrier('withdrawn', 3), { kind: 'who-am-i' })
        .next({ kind: 'sign-out' });
      const proxy = script(random, thinkMs)
        .next({ kind: 'sign-in', by: 'cookie' })
        .next({ kind: 'view-history', page: 'json' })
        .together(barrier('shared', 1), { kind: 'view-history', page: 'json', of: child.relative })
        .next({ kind: 'watch', pick: 0 })
        .together(barrier('seen', 2), { kind: 'who-am-i' })
        .together(barrier('withdrawn', 3), { kind: 'view-history', page: 'json', of: child.relative })
        .next({ kind: 'watch', pick: 0 })
        .next({ kind: 'sign-out' });
      return [
        { seat: seatOf(child), patient: child.relative, steps: owner.steps },
        { seat: seatOf(parent), patient: parent.relative, steps: proxy.steps },
      ];
    });
  },
};
