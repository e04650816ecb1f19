// A client goes away in the middle of an upload: where proxy and app then disagree about the message's end, the next request
// on their connection gets the answer to another's question. So everybody looks right after it.
import type { Scenario, ScenePart } from '../harness/plan.ts';
import { script } from './script.ts';

export const uploadCutShort: Scenario = {
  name: 'upload-cut-short',
  summary: 'uploads of call recordings are cut off in the middle, then everybody looks at the next answers',
  needs: ['sign-in', 'book', 'attend', 'switch-call', 'end-call', 'view-history'],
  weight: 2,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const patient = random.pick([lane.regular, lane.twin]);
      const uploads = seat % 2 === 0;
      const item = lane.nextItem(patient);
      const self = script(random, thinkMs / 2).next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) });
      if (uploads) self.next({ kind: 'book', item, modality: 'video' }).next({ kind: 'attend', item });
      const cuts = [
        { kind: 'switch-call', item },
        { kind: 'end-call', item },
      ] as const;
      for (const [round, upload] of cuts.entries()) {
        const barrier = { name: `${scene}/${round}`, parties: cast.length, atMs: thinkMs * (3 + 4 * round) };
        if (uploads) self.together(barrier, upload, { abortAfterMs: random.pick([1, 2, 5, 10, 15]) });
        else self.together(barrier, { kind: 'who-am-i' });
        self
          .next({ kind: 'view-history', page: 'json' })
          .next({ kind: 'who-am-i' })
          .next({ kind: 'view-history', page: 'json' });
        // What was cut off is sent again, whole.
        if (uploads) self.next(upload);
      }
      self.next({ kind: 'watch', pick: 0 }).next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient, steps: self.steps };
    }),
};
