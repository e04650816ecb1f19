// Ordinary life, all at once: some patients book while others rewatch. Interleaving alone must not mix them up,
// and a session that has signed out must see nothing more.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

const listenMaxMs = 2_000;

export const bookWhileRewatching: Scenario = {
  name: 'book-while-rewatching',
  summary: 'patients book and rewatch at the same time; after signing out each looks once more and must be refused',
  needs: ['sign-in', 'view-history', 'watch', 'book', 'sign-out'],
  weight: 4,
  scene: ({ cast, random, thinkMs }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin, lane.relative]);
      const self = script(random, thinkMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      if (seat % 2 === 0) {
        const item = lane.nextItem(patient);
        // Subscribed all the while, as an app is that stays open.
        self
          .next({ kind: 'listen', forMs: Math.min(6 * thinkMs, listenMaxMs) })
          .next({ kind: 'slots' })
          .next({ kind: 'book', item, modality: random.pick(['video', 'phone', 'in-person']) })
          .next({ kind: 'view-consultation', item })
          .next({ kind: 'view-history', page: 'json' })
          .next({ kind: 'cancel', item })
          .next({ kind: 'read-inbox' });
      } else {
        self
          .next({ kind: 'slots' })
          .next({ kind: 'who-am-i' })
          .next({ kind: 'view-history', page: random.pick(['json', 'html']) })
          .next({ kind: 'watch', pick: random.between(0, 2) })
          .next({ kind: 'watch', pick: 0, range: { firstByte: 4_096, lastByte: 12_287 } });
      }
      self.next({ kind: 'sign-out' }).next({ kind: 'view-history', page: 'json' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
