// The adapter of the reference clinic: how each action is said to it. The example to copy for a deployment of your own.
import { z } from 'zod';
import { type ActionResult, defineTarget, type HttpResponse, type SessionContext } from './target.ts';

const signedIn = z.object({ token: z.string().optional() });
const created = z.object({ id: z.string() });
const history = z.object({
  consultations: z.array(
    z.object({
      id: z.string(),
      recordings: z.array(z.object({ id: z.string(), status: z.string(), href: z.string().nullish() })),
    }),
  ),
  next: z.string().nullable(),
});

const refusals = [401, 403, 404, 410];

/** What the status alone tells. */
function verdictOf(response: HttpResponse): ActionResult {
  if (response.status >= 200 && response.status < 300) return { outcome: 'ok' };
  const outcome = refusals.includes(response.status) ? 'refused' : 'failed';
  return { outcome, detail: String(response.status) };
}

/** Bearer sessions send their token; the clinic rotates it now and then and says so in a header. */
async function send(
  session: SessionContext,
  request: Parameters<SessionContext['http']['request']>[0],
): Promise<{ response: HttpResponse; sessionValues: string[] }> {
  // A link may lead to another host, which has no business with the token.
  const token = request.url.startsWith('/') ? session.memory.get('token') : undefined;
  const headers = { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) };
  const response = await session.http.request({ ...request, headers });
  const rotated = response.header('x-session-token');
  if (rotated && rotated !== token) session.memory.set('token', rotated);
  return { response, sessionValues: rotated ? [rotated] : [] };
}

async function say(session: SessionContext, request: Parameters<typeof send>[1]): Promise<ActionResult> {
  const { response, sessionValues } = await send(session, request);
  return { ...verdictOf(response), sessionValues };
}

const consultationId = (session: SessionContext, item: number): string | undefined =>
  session.memory.get(`consultation ${item}`);

/** Acts on a consultation that this session booked; it may have none, when the booking failed. */
async function onConsultation(
  session: SessionContext,
  item: number,
  act: (id: string) => Promise<ActionResult>,
): Promise<ActionResult> {
  const id = consultationId(session, item);
  return id ? act(id) : { outcome: 'failed', detail: `consultation ${item} was not booked in this session` };
}

function hrefsOfPage(html: string): string[] {
  return [...html.matchAll(/<video[^>]*\ssrc="([^"]+)"/g)].map((match) => (match[1] ?? '').replaceAll('&amp;', '&'));
}

export const target = defineTarget({
  name: 'clinic',
  declares: {
    headers: {
      node: 'x-clinic-node',
      version: 'x-clinic-version',
      cacheStatus: 'x-cache',
      requestId: 'x-request-id',
    },
    signOutBoundMs: 0,
    withdrawalBoundMs: 0,
    erasureBoundMs: 0,
    recordingReadyBoundMs: 5_000,
  },
  actions: {
    async 'sign-in'(session, { by }) {
      const { email, password } = session.account;
      const response = await session.http.request({
        method: 'POST',
        url: '/auth/sign-in',
        route: '/auth/sign-in',
        body: { email, password, by },
      });
      if (response.status !== 200) return verdictOf(response);
      const { token } = signedIn.parse(response.json());
      if (token) session.memory.set('token', token);
      return { outcome: 'ok', sessionValues: token ? [token] : [] };
    },
    'who-am-i': (session) => say(session, { method: 'GET', url: '/me', route: '/me' }),
    slots: (session) => say(session, { method: 'GET', url: '/slots?modality=video', route: '/slots' }),
    async book(session, { item, modality }) {
      const { title, note, fileName, startsAt } = session.consultation(item);
      const { response, sessionValues } = await send(session, {
        method: 'POST',
        url: '/me/consultations',
        route: '/me/consultations',
        body: { modality, title, note, fileName, startsAt },
      });
      if (response.status !== 201) return { ...verdictOf(response), sessionValues };
      const { id } = created.parse(response.json());
      session.memory.set(`consultation ${item}`, id);
      return { outcome: 'ok', createdIds: [id], sessionValues };
    },
    cancel: (session, { item }) =>
      onConsultation(session, item, (id) =>
        say(session, { method: 'DELETE', url: `/me/consultations/${id}`, route: '/me/consultations/{id}' }),
      ),
    attend: (session, { item }) =>
      onConsultation(session, item, (id) =>
        say(session, { method: 'POST', url: `/me/consultations/${id}/attend`, route: '/me/consultations/{id}/attend' }),
      ),
    'switch-call': (session, { item }) =>
      onConsultation(session, item, async (id) =>
        say(session, {
          method: 'POST',
          url: `/me/consultations/${id}/switch-call`,
          route: '/me/consultations/{id}/switch-call',
          headers: { 'content-type': 'video/webm' },
          body: await session.recording(item, 0),
        }),
      ),
    'end-call': (session, { item }) =>
      onConsultation(session, item, async (id) =>
        say(session, {
          method: 'POST',
          url: `/me/consultations/${id}/end-call`,
          route: '/me/consultations/{id}/end-call',
          headers: { 'content-type': 'video/webm' },
          body: await session.recording(item, 1),
        }),
      ),
    async 'view-history'(session, { page, of }) {
      const owner = of === undefined ? null : session.accountOf(of).id;
      const [url, route] =
        owner !== null
          ? [`/patients/${owner}/history`, '/patients/{id}/history']
          : page === 'html'
            ? ['/me/rewatch', '/me/rewatch']
            : ['/me/history', '/me/history'];
      const { response, sessionValues } = await send(session, { method: 'GET', url, route });
      if (response.status !== 200) return { ...verdictOf(response), sessionValues };
      if (page === 'html' && owner === null) {
        session.playable = hrefsOfPage(response.text);
        return { outcome: 'ok', sessionValues };
      }
      const { consultations, next } = history.parse(response.json());
      session.playable = consultations.flatMap(({ recordings }) => recordings.flatMap(({ href }) => href ?? []));
      const listedIds = consultations.flatMap(({ id, recordings }) => [
        id,
        ...recordings.map((recording) => recording.id),
      ]);
      return { outcome: 'ok', listedIds, complete: next === null, sessionValues };
    },
    async watch(session, { pick, range }) {
      const url = session.playable[pick % session.playable.length];
      if (url === undefined) return { outcome: 'failed', detail: 'nothing to play' };
      return say(session, {
        method: 'GET',
        url,
        route: '/recordings/{id}/content',
        expect: 'bytes',
        ...(range && { headers: { range: `bytes=${range.firstByte}-${range.lastByte}` } }),
      });
    },
    share: (session, { with: proxy }) =>
      say(session, {
        method: 'POST',
        url: '/me/proxies',
        route: '/me/proxies',
        body: { patientId: session.accountOf(proxy).id },
      }),
    withdraw: (session, { from: proxy }) =>
      say(session, {
        method: 'DELETE',
        url: `/me/proxies/${session.accountOf(proxy).id}`,
        route: '/me/proxies/{id}',
      }),
    erase: (session) => say(session, { method: 'DELETE', url: '/me', route: '/me' }),
    'sign-out': (session) => say(session, { method: 'POST', url: '/auth/sign-out', route: '/auth/sign-out' }),
  },
  enrolment: {
    async enrol(admin, patient) {
      const { practice, clinician, index: _index, ...facts } = patient;
      const response = await admin.request({
        method: 'POST',
        url: '/patients',
        route: '/patients',
        body: { ...facts, practiceId: practice.id, practiceName: practice.name, clinicianName: clinician.name },
      });
      return {
        id: created.parse(expectStatus(response, 201).json()).id,
        email: patient.email,
        password: patient.password,
      };
    },
    async addConsultation(admin, account, consultation, media) {
      const { title, note, startsAt, modality, fileName } = consultation;
      const url = `/patients/${account.id}/consultations`;
      const made = await admin.request({
        method: 'POST',
        url,
        route: '/patients/{id}/consultations',
        body: { title, note, startsAt, modality, fileName },
      });
      const { id } = created.parse(expectStatus(made, 201).json());
      if (media === null) return;
      const stored = await admin.request({
        method: 'PUT',
        url: `${url}/${id}/recording`,
        route: '/patients/{id}/consultations/{id}/recording',
        headers: { 'content-type': 'video/webm' },
        body: media,
      });
      expectStatus(stored, 204);
    },
    async unenrol(admin, account) {
      const gone = await admin.request({
        method: 'DELETE',
        url: `/patients/${account.id}`,
        route: '/patients/{id}',
      });
      expectStatus(gone, 204);
    },
  },
});

function expectStatus(response: HttpResponse, status: number): HttpResponse {
  if (response.status !== status) {
    throw new Error(
      `the clinic's admin surface answered ${response.status} where ${status} was expected: ${response.text.slice(0, 200)}`,
    );
  }
  return response;
}
