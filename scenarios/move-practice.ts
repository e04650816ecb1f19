// A patient moves to another practice while the old clinician looks. A list or a right that was kept for the old one must not outlive the
// move. Barriers put them in order: seen, moved, looked at once, booked with the new one, looked at later.
import { clinicianNextDoor } from '../fixtures/cohort.ts';
import type { Barrier, LaneCast, Scenario, ScenePart } from '../harness/plan.ts';
import { liveDay, pastDay } from './days.ts';
import { script } from './script.ts';

export const movePractice: Scenario = {
  name: 'move-practice',
  summary:
    'a patient moves to another practice; the old clinician looks before, at once after and later, the new one too',
  needs: ['sign-in', 'view-day', 'move-practice', 'book', 'watch', 'view-history'],
  weight: 1,
  scene: ({ cast, random, thinkMs, scene }) => {
    const [home, before, after, bystander] = cast;
    const patient = random.pick([home.regular, home.twin]);
    const old = home.clinicianOf(patient);
    const next = clinicianNextDoor(old);
    const barrier = (name: string, step: number): Barrier => ({
      name: `${scene}/${name}`,
      parties: 3,
      atMs: thinkMs * (3 + 4 * step),
    });
    const seatOf = (lane: LaneCast): ScenePart['seat'] => cast.indexOf(lane) as ScenePart['seat'];
    const mover = script(random, thinkMs)
      .next({ kind: 'sign-in', by: 'bearer' })
      .next({ kind: 'book', item: home.nextItem(patient), modality: 'video' })
      .together(barrier('seen', 0), { kind: 'who-am-i' })
      .next({ kind: 'move-practice', to: next })
      .together(barrier('moved', 1), { kind: 'view-history', page: 'json' })
      .next({ kind: 'book', item: home.nextItem(patient), modality: 'video' })
      .together(barrier('booked', 2), { kind: 'view-history', page: 'json' })
      .next({ kind: 'sign-out' });
    const oldOne = script(random, thinkMs)
      .next({ kind: 'sign-in', by: 'cookie' })
      .next({ kind: 'view-day', date: liveDay })
      .next({ kind: 'view-day', date: pastDay, open: random.between(0, 9) })
      .together(barrier('seen', 0), { kind: 'watch', pick: random.between(0, 9) })
      // Links and lists from before the move.
      .together(barrier('moved', 1), { kind: 'watch', pick: random.between(0, 9) })
      .next({ kind: 'view-day', date: pastDay, open: random.between(0, 9) })
      .next({ kind: 'view-day', date: liveDay })
      .together(barrier('booked', 2), { kind: 'view-day', date: liveDay })
      .next({ kind: 'view-day', date: pastDay })
      .next({ kind: 'watch', pick: random.between(0, 9) })
      .next({ kind: 'sign-out' });
    const newOne = script(random, thinkMs)
      .next({ kind: 'sign-in', by: 'bearer' })
      .together(barrier('seen', 0), { kind: 'view-day', date: pastDay })
      .together(barrier('moved', 1), { kind: 'view-day', date: pastDay, open: random.between(0, 9) })
      .together(barrier('booked', 2), { kind: 'view-day', date: liveDay, open: 0 })
      .next({ kind: 'sign-out' });
    const other = script(random, thinkMs)
      .next({ kind: 'sign-in', by: 'cookie' })
      .next({ kind: 'view-history', page: 'json' })
      .next({ kind: 'watch', pick: 0 })
      .next({ kind: 'sign-out' });
    return [
      { seat: seatOf(home), patient, steps: mover.steps },
      { seat: seatOf(before), patient: null, clinician: old, steps: oldOne.steps },
      { seat: seatOf(after), patient: null, clinician: next, steps: newOne.steps },
      { seat: seatOf(bystander), patient: bystander.regular, steps: other.steps },
    ];
  },
};
