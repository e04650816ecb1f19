// One browser, two people: the first looks at everything, leaves a tab open, signs out and goes; the second sits down, signs in, and
// does what people do: back, reload, without a network, the tab that is still open, the link in the address bar. Nobody does
// anything wrong, and nothing of the first may appear. What a server never hears of, only eyes can find.
import type { Scenario, ScenePart, Step } from '../harness/plan.ts';
import { type Script, script } from './script.ts';

const backTimes = 4;

export const sharedDevice: Scenario = {
  name: 'shared-device',
  summary:
    'two patients use one browser, one after the other: back, reload, offline, the tab left open, links kept in the address bar',
  needs: [
    ...(['sign-in', 'view-history', 'watch', 'who-am-i', 'follow-link', 'sign-out'] as const),
    ...(['go-back', 'reload', 'open-tab', 'look-at-tab', 'look-offline'] as const),
  ],
  weight: 4,
  eyes: true,
  scene: ({ cast, random, thinkMs, scene }) =>
    cast.flatMap((lane, seat): ScenePart[] => {
      const board = `${scene}/media-${seat}`;
      const first = script(random, thinkMs)
        .next({ kind: 'sign-in', by: 'cookie' })
        .next({ kind: 'view-history', page: 'html' })
        .next({ kind: 'open-tab' })
        .next({ kind: 'watch', pick: 0 }, { postLinkAs: board });
      // Half of them open the recording by itself, so that the browser has all of it, and the list before it is left for good; the
      // others go while it still plays.
      const leavesPages = seat % 2 === 0;
      if (leavesPages) first.next({ kind: 'follow-link', board });
      first.next({ kind: 'sign-out' });
      if (leavesPages) first.next({ kind: 'look-offline' });
      const second = script(random, thinkMs)
        .at(first.nowMs)
        .next({ kind: 'sign-in', by: 'cookie' })
        .next({ kind: 'look-at-tab' });
      const then: readonly ((self: Script) => unknown)[] = [
        (self) => self.next({ kind: 'go-back', times: backTimes }).next({ kind: 'view-history', page: 'html' }),
        (self) => self.next({ kind: 'view-history', page: 'html' }).next({ kind: 'reload' }),
        (self) => self.next({ kind: 'follow-link', board }),
        (self) => self.next({ kind: 'look-offline' }),
      ];
      const from = random.between(0, then.length - 1);
      for (const [turn] of then.entries()) then[(from + turn) % then.length]?.(second);
      second.next({ kind: 'who-am-i' }).next({ kind: 'sign-out' });
      const part = (patient: ScenePart['patient'], steps: readonly Step[]): ScenePart => ({
        seat: seat as ScenePart['seat'],
        patient,
        sharesDevice: true,
        steps,
      });
      return [part(lane.regular, first.steps), part(lane.relative, second.steps)];
    }),
};
