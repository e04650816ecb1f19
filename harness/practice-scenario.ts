// For tests of adapters: the right adapter of `practice-under-test.ts`, and a scenario in which four look at their own together.
// Safe inside k6.
import type { Action, Scenario, ScenePart } from './plan.ts';
import { type ActionResult, defineTarget, type SessionContext } from './targets/target.ts';

/** Who signed in by cookie has no token. */
function authorized({ memory }: SessionContext): Record<string, string> {
  const token = memory.get('token');
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

export async function get(session: SessionContext, url: string, expect: 'text' | 'bytes' = 'text') {
  const route = url.replace(/^\/videos\/.*/, '/videos/{id}');
  return session.http.request({ method: 'GET', url, route, expect, headers: authorized(session) });
}

const outcomeFor = (status: number): ActionResult => ({ outcome: status === 200 ? 'ok' : 'refused' });

export const target = defineTarget({
  name: 'practice',
  declares: { headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 },
  actions: {
    async 'sign-in'(session, { by }) {
      const { email, password } = session.account;
      const response = await session.http.request({
        method: 'POST',
        url: '/login',
        route: '/login',
        body: { email, password, by },
      });
      if (response.status !== 200) return { outcome: 'refused' };
      const { token } = response.json() as { token?: string };
      if (token === undefined) return { outcome: 'ok' };
      session.memory.set('token', token);
      return { outcome: 'ok', sessionValues: [token] };
    },
    'who-am-i': async (session) => outcomeFor((await get(session, '/me')).status),
    async 'view-history'(session) {
      const response = await get(session, '/visits');
      if (response.status !== 200) return { outcome: 'refused' };
      const visits = response.json() as { id: string; video: string }[];
      session.playable = visits.map(({ video }) => video);
      return { outcome: 'ok', listedIds: visits.map(({ id }) => id), complete: true };
    },
    async watch(session, { pick }) {
      const url = session.playable[pick % session.playable.length] ?? '';
      return outcomeFor((await get(session, url, 'bytes')).status);
    },
    async 'sign-out'(session) {
      const response = await session.http.request({
        method: 'POST',
        url: '/logout',
        route: '/logout',
        headers: authorized(session),
      });
      return outcomeFor(response.status);
    },
  },
  enrolment: {
    async enrol(admin, { email, password, surname }) {
      const response = await admin.request({
        method: 'POST',
        url: '/people',
        route: '/people',
        body: { email, password, surname },
      });
      const { id } = response.json() as { id: string };
      return { id, email, password };
    },
    async addConsultation(admin, { id }, { title, fileName }, media) {
      const url = `/people/${id}/visits?title=${encodeURIComponent(title)}&fileName=${encodeURIComponent(fileName)}`;
      await admin.request({ method: 'POST', url, route: '/people/{id}/visits', ...(media && { body: media }) });
    },
    async unenrol(admin, { id }) {
      await admin.request({ method: 'DELETE', url: `/people/${id}`, route: '/people/{id}' });
    },
  },
});

const looks: readonly Action[] = [
  { kind: 'who-am-i' },
  { kind: 'view-history', page: 'json' },
  { kind: 'watch', pick: 0 },
  { kind: 'watch', pick: 1 },
  { kind: 'sign-out' },
];

export const scenarios: readonly Scenario[] = [
  {
    name: 'four-look',
    summary: 'four sign in and look at their own together',
    needs: ['sign-in', 'view-history', 'watch'],
    weight: 1,
    scene: ({ cast, thinkMs, scene }) =>
      cast.map((lane, seat): ScenePart => {
        const together = { name: `${scene}/in`, parties: cast.length, atMs: thinkMs * 2 };
        return {
          seat: seat as ScenePart['seat'],
          patient: lane.regular,
          steps: [
            { atMs: 0, action: { kind: 'sign-in', by: seat % 2 === 0 ? 'cookie' : 'bearer' } },
            ...looks.map((action, at) => ({
              atMs: thinkMs * (2 + at),
              action,
              ...(at === 0 && { barrier: together }),
            })),
          ],
        };
      }),
  },
];
