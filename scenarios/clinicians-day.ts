// The day lists of several clinicians at the same instant, for they have one address and no id in it, while their patients book and
// rewatch: whatever mixes up lists mixes up those of whole practices.
import type { Barrier, Scenario, ScenePart } from '../harness/plan.ts';
import { liveDay, pastDay } from './days.ts';
import { script } from './script.ts';

export const cliniciansDay: Scenario = {
  name: 'clinicians-day',
  summary:
    'clinicians open the lists of their day at the same instant and watch, while their patients book and rewatch',
  needs: ['sign-in', 'view-day', 'watch', 'book', 'view-history'],
  weight: 1,
  scene: ({ cast, random, thinkMs, scene }) => {
    const barrier = (number: number): Barrier => ({
      name: `${scene}/${number}`,
      parties: cast.length,
      atMs: (3 + 4 * number) * thinkMs,
    });
    return cast.map((lane, seat): ScenePart => {
      const by = random.pick(['cookie', 'bearer'] as const);
      const self = script(random, thinkMs).next({ kind: 'sign-in', by });
      if (seat % 2 === 0) {
        self
          .together(barrier(0), { kind: 'view-day', date: pastDay, open: random.between(0, 9) })
          .next({ kind: 'watch', pick: random.between(0, 9) })
          .together(barrier(1), { kind: 'view-day', date: liveDay, open: random.between(0, 9) })
          .next({ kind: 'view-day', date: pastDay })
          .next({ kind: 'watch', pick: random.between(0, 9) })
          .next({ kind: 'sign-out' })
          .next({ kind: 'view-day', date: pastDay });
        const patient = random.pick([lane.regular, lane.twin]);
        return {
          seat: seat as ScenePart['seat'],
          patient: null,
          clinician: lane.clinicianOf(patient),
          steps: self.steps,
        };
      }
      const patient = random.pick([lane.regular, lane.twin, lane.newcomer]);
      self
        .together(barrier(0), { kind: 'view-history', page: 'json' })
        .next({ kind: 'book', item: lane.nextItem(patient), modality: 'video' })
        .together(barrier(1), { kind: 'view-history', page: 'json' })
        .next({ kind: 'watch', pick: 0 })
        .next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    });
  },
};
