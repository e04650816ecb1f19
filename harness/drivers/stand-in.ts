// A target and two scenarios small enough to drive in a test of the drivers: what is asked for shows in the history line by
// line. Its server is stand-in-server.ts. Safe inside k6.
import type { Scenario, ScenePart, Step } from '../plan.ts';
import { type ActionResult, defineTarget, type HttpRequest, type SessionContext } from '../targets/target.ts';

async function say(session: SessionContext, request: HttpRequest): Promise<ActionResult> {
  const { status } = await session.http.request(request);
  return status < 300 ? { outcome: 'ok' } : { outcome: status < 500 ? 'refused' : 'failed', detail: `${status}` };
}

export const target = defineTarget({
  name: 'stand-in',
  declares: {
    headers: { node: 'X-Node', requestId: 'x-request-id' },
    signOutBoundMs: 0,
    withdrawalBoundMs: 0,
    erasureBoundMs: 0,
    recordingReadyBoundMs: 0,
  },
  actions: {
    'sign-in': (session) =>
      say(session, { method: 'POST', url: '/sign-in', route: '/sign-in', body: { email: session.account.email } }),
    async 'view-history'(session) {
      const response = await session.http.request({ method: 'GET', url: '/history', route: '/history' });
      const list = response.json() as { readonly ids: readonly string[]; readonly links: readonly string[] };
      session.playable = list.links;
      return { outcome: 'ok', listedIds: list.ids, complete: true };
    },
    'who-am-i': (session) => say(session, { method: 'GET', url: '/slow', route: '/slow' }),
    watch: (session, { pick }) =>
      say(session, {
        method: 'GET',
        url: session.playable[pick] ?? '/none',
        route: '/recordings/{id}',
        expect: 'bytes',
      }),
    async 'end-call'(session, { item }) {
      const body = await session.recording(item, 1);
      return say(session, { method: 'POST', url: '/recordings', route: '/recordings', body });
    },
    'sign-out': (session) => say(session, { method: 'POST', url: '/sign-out', route: '/sign-out' }),
  },
  enrolment: {
    enrol: () => Promise.reject(new Error('the stand-in enrols nobody')),
    addConsultation: () => Promise.reject(new Error('the stand-in enrols nobody')),
    unenrol: () => Promise.reject(new Error('the stand-in enrols nobody')),
  },
});

/** Every kind of request, a hang-up in mid-answer, and a look after it and after signing out. */
const aDay: readonly Step[] = [
  { atMs: 0, action: { kind: 'sign-in', by: 'cookie' } },
  { atMs: 10, action: { kind: 'view-history', page: 'json' } },
  { atMs: 20, action: { kind: 'watch', pick: 0 } },
  { atMs: 30, action: { kind: 'who-am-i' }, abortAfterMs: 300 },
  { atMs: 100, action: { kind: 'view-history', page: 'json' } },
  { atMs: 110, action: { kind: 'end-call', item: 16 } },
  { atMs: 120, action: { kind: 'sign-out' } },
  { atMs: 130, action: { kind: 'view-history', page: 'json' } },
];

const together: Scenario = {
  name: 'together',
  summary: 'four look at the same instant',
  needs: [],
  weight: 1,
  scene: ({ cast, scene }) =>
    cast.map((lane, seat): ScenePart => {
      const barrier = { name: `${scene}/0`, parties: 4, atMs: 300 };
      return {
        seat: seat as ScenePart['seat'],
        patient: lane.twin,
        steps: [
          { atMs: 0, action: { kind: 'sign-in', by: 'cookie' } },
          { atMs: 300, action: { kind: 'view-history', page: 'json' }, barrier },
        ],
      };
    }),
};

const day: Scenario = {
  name: 'day',
  summary: 'all that the stand-in can do',
  needs: [],
  weight: 1,
  scene: ({ cast }) =>
    cast.map((lane, seat): ScenePart => ({ seat: seat as ScenePart['seat'], patient: lane.regular, steps: aDay })),
};

export const scenarios: readonly Scenario[] = [day, together];
