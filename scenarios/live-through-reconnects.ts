// Four patients listen to their live events while they book and cancel. In each stretch one of them leaves early, and all
// come back: where streams are told apart by their place in a list, the events of those who stayed go to a neighbour.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

const stretchMs = 1_400;
const pauseMs = 250;
const leavesAfterMs = 300;
/** What happens in a stretch happens after somebody has left. */
const busyFromMs = 450;
const stretchCount = 3;

export const liveThroughReconnects: Scenario = {
  name: 'live-through-reconnects',
  summary: 'patients listen to live events in stretches, one leaves early each time, and all book and cancel meanwhile',
  needs: ['sign-in', 'listen', 'book', 'cancel'],
  weight: 2,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin]);
      const self = script(random, thinkMs).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      for (let stretch = 0; stretch < stretchCount; stretch++) {
        const atMs = thinkMs * 3 + stretch * (stretchMs + pauseMs);
        const barrier = { name: `${scene}/${stretch}`, parties: cast.length, atMs };
        const leaves = seat === stretch % cast.length;
        const item = lane.nextItem(patient);
        self
          .together(barrier, { kind: 'listen', forMs: stretchMs }, leaves ? { abortAfterMs: leavesAfterMs } : {})
          .at(atMs + busyFromMs)
          .next({ kind: 'book', item, modality: 'phone' })
          .next({ kind: 'cancel', item });
        // Whoever left comes back as the last in the row, while the others are still there.
        if (leaves) self.next({ kind: 'listen', forMs: stretchMs / 2 });
      }
      self
        .at(thinkMs * 3 + stretchCount * (stretchMs + pauseMs))
        .next({ kind: 'view-history', page: 'json' })
        .next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
