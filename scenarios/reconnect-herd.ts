// Sessions that were signed in before an outage all come back at the same instant after it: session maps that are rebuilt in
// bulk and under contention give one patient's place to another. One of them has signed out before and knocks with its old
// credentials, which must open nothing, and put nobody else out of step.
import type { Action, Scenario, ScenePart, Span } from '../harness/plan.ts';
import { script } from './script.ts';

/** After the fault's beginning (a flush is over at once) and after its end, in ms: recovery takes its time. */
const afterBeginningMs = [120, 450];
const afterEndMs = [60, 300, 700, 1_300, 1_900];

const lastLookMs = 150;

const rounds: readonly [Action, ...Action[]] = [
  { kind: 'who-am-i' },
  { kind: 'view-history', page: 'json' },
  { kind: 'view-history', page: 'html' },
];

export const reconnectHerd: Scenario = {
  name: 'reconnect-herd',
  summary: 'sessions signed in before an outage are released at the same instant, again and again, after the recovery',
  needs: ['sign-in', 'view-history', 'who-am-i'],
  weight: 1,
  spans: ['cache', 'database', 'instance'],
  scene: ({ cast, random, thinkMs, scene, span }) =>
    cast.map((lane, seat): ScenePart => {
      const self = script(random, thinkMs / 4)
        .next({ kind: 'sign-in', by: random.pick(['cookie', 'bearer']) })
        .next({ kind: 'view-history', page: 'json' });
      const hasLeft = seat === 3;
      if (hasLeft) self.next({ kind: 'sign-out' });
      // What a node has in hand when the outage begins is the session of somebody who is still there.
      else self.at(span.fromMs - lastLookMs).next({ kind: 'who-am-i' });
      for (const [round, atMs] of releasesOf(span).entries()) {
        const barrier = { name: `${scene}/${round}`, parties: cast.length, atMs };
        self.together(barrier, rounds[round % rounds.length] ?? rounds[0]);
      }
      if (!hasLeft) self.next({ kind: 'watch', pick: 0 }).next({ kind: 'sign-out' });
      return { seat: seat as ScenePart['seat'], patient: random.pick([lane.regular, lane.twin]), steps: self.steps };
    }),
};

function releasesOf({ fromMs, untilMs }: Span): readonly number[] {
  return [...afterBeginningMs.map((ms) => fromMs + ms), ...afterEndMs.map((ms) => untilMs + ms)].sort((a, b) => a - b);
}
