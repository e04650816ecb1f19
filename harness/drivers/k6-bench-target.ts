// What the benchmark drives: one session a lane that asks for its list again and again, as fast as it is answered. With
// `/same` the list stays as it is, as lists mostly do; with `/new` it differs each time and must be searched each time.
// Safe inside k6.
import type { Scenario, ScenePart, Step } from '../plan.ts';
import { defineTarget } from '../targets/target.ts';

/** More than a lane can do in the time. */
const stepsMax = 4_000;
/** The session ends with the load, and none of its steps is ever late. */
export const benchDurationMs = 7_000;

export const target = defineTarget({
  name: 'bench',
  declares: {
    headers: { node: 'x-node', requestId: 'x-request-id' },
    signOutBoundMs: 0,
    withdrawalBoundMs: 0,
    erasureBoundMs: 0,
    recordingReadyBoundMs: 0,
  },
  actions: {
    async 'view-history'(session, { page }) {
      const url = page === 'json' ? '/same' : '/new';
      const response = await session.http.request({ method: 'GET', url, route: url });
      const { items } = response.json() as { readonly items: readonly { readonly id: string }[] };
      return { outcome: 'ok', listedIds: items.map(({ id }) => id), complete: true };
    },
  },
  enrolment: {
    enrol: () => Promise.reject(new Error('the benchmark enrols nobody')),
    addConsultation: () => Promise.reject(new Error('the benchmark enrols nobody')),
    unenrol: () => Promise.reject(new Error('the benchmark enrols nobody')),
  },
});

function repeated(name: string, page: 'json' | 'html'): Scenario {
  const look: Step = { atMs: 0, action: { kind: 'view-history', page } };
  const steps = [...new Array<Step>(stepsMax).fill(look), { ...look, atMs: benchDurationMs }];
  return {
    name,
    summary: 'one list again and again',
    needs: [],
    weight: 1,
    scene: ({ cast }) => cast.map((_, seat): ScenePart => ({ seat: seat as ScenePart['seat'], patient: null, steps })),
  };
}

export const scenarios: readonly Scenario[] = [repeated('same-list', 'json'), repeated('new-list', 'html')];
