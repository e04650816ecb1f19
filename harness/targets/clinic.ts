// The adapter of the reference clinic: how each action is said to it. The example to copy for a deployment of your own.
import { z } from 'zod';
import { base64 } from '../logins/base64.ts';
import { enrolment } from './clinic-enrolment.ts';
import { pages } from './clinic-pages.ts';
import { switches } from './clinic-switches.ts';
import { day, history, hrefsOfPage, say, send, takeEvents, takeList } from './clinic-talk.ts';
import { eventHeaders, onConsultation, pause, rangeHeader, verdictOf } from './talk.ts';
import { defineTarget } from './target.ts';

const signedIn = z.object({ token: z.string().optional() });
const created = z.object({ id: z.string() });
const exportState = z.object({ id: z.string(), status: z.enum(['working', 'ready', 'failed']) });
const exportPolls = { max: 60, everyMs: 100 } as const;

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
    moveBoundMs: 0,
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
    slots: (session, { modality = 'video' }) =>
      say(session, { method: 'GET', url: `/slots?modality=${modality}`, route: '/slots' }),
    async book(session, { item, modality, key }) {
      const { title, note, fileName, startsAt } = session.consultation(item);
      const { response, sessionValues } = await send(session, {
        method: 'POST',
        url: '/me/consultations',
        route: '/me/consultations',
        ...(key !== undefined && { headers: { 'idempotency-key': key } }),
        body: { modality, title, note, fileName, startsAt },
      });
      if (response.status !== 201) return { ...verdictOf(response), sessionValues };
      const { id } = created.parse(response.json());
      session.memory.set(`consultation ${item}`, id);
      return { outcome: 'ok', createdIds: [id], sessionValues };
    },
    'view-consultation': (session, { item }) =>
      onConsultation(session, item, async (wanted) => {
        const url = `/me/consultations/${wanted}`;
        const { response, sessionValues } = await send(session, {
          method: 'GET',
          url,
          route: '/me/consultations/{id}',
        });
        if (response.status !== 200) return { ...verdictOf(response), sessionValues };
        return { outcome: 'ok', listedIds: [created.parse(response.json()).id], sessionValues };
      }),
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
    async 'view-history'(session, { page, of, limit }) {
      const owner = of === undefined ? null : session.accountOf(of).id;
      const [url, route] =
        owner !== null
          ? [`/patients/${owner}/history`, '/patients/{id}/history']
          : page === 'html'
            ? ['/me/rewatch', '/me/rewatch']
            : [limit === undefined ? '/me/history' : `/me/history?limit=${limit}`, '/me/history'];
      session.memory.delete('cursor');
      session.memory.set('limit', limit === undefined ? '' : `limit=${limit}&`);
      const { response, sessionValues } = await send(session, { method: 'GET', url, route });
      if (response.status !== 200) return { ...verdictOf(response), sessionValues };
      if (page === 'html' && owner === null) {
        session.playable = hrefsOfPage(response.text);
        return { outcome: 'ok', sessionValues };
      }
      const list = history.parse(response.json());
      // A proxy's next page would be the proxy's own.
      const listedIds = takeList(session, owner === null ? list : { ...list, next: null });
      return { outcome: 'ok', listedIds, complete: list.next === null, sessionValues };
    },
    async 'turn-page'(session) {
      const cursor = session.memory.get('cursor');
      const limit = session.memory.get('limit') ?? '';
      if (cursor === undefined) return { outcome: 'ok', detail: 'there is no further page' };
      const { response, sessionValues } = await send(session, {
        method: 'GET',
        url: `/me/history?${limit}cursor=${encodeURIComponent(cursor)}`,
        route: '/me/history?cursor',
      });
      if (response.status !== 200) return { ...verdictOf(response), sessionValues };
      return { outcome: 'ok', listedIds: takeList(session, history.parse(response.json())), sessionValues };
    },
    'open-odd-path': (session, { suffix }) =>
      say(session, { method: 'GET', url: `/me/history${suffix}`, route: '/me/history/{odd path}' }),
    async watch(session, { pick, range }) {
      const url = session.playable[pick % session.playable.length];
      if (url === undefined) return { outcome: 'failed', detail: 'nothing to play' };
      return say(session, {
        method: 'GET',
        url,
        route: url.startsWith('/clinician/') ? '/clinician/recordings/{id}/content' : '/recordings/{id}/content',
        expect: 'bytes',
        headers: rangeHeader(range),
      });
    },
    async 'follow-link'(session) {
      if (session.postedLink === null) return { outcome: 'failed', detail: 'no link was posted' };
      return say(session, {
        method: 'GET',
        url: session.postedLink,
        route: '/recordings/{id}/content',
        expect: 'bytes',
      });
    },
    async export(session) {
      const asked = await send(session, { method: 'POST', url: '/me/exports', route: '/me/exports' });
      const sessionValues = [...asked.sessionValues];
      if (asked.response.status !== 202) return { ...verdictOf(asked.response), sessionValues };
      let state = exportState.parse(asked.response.json());
      for (let poll = 0; poll < exportPolls.max && state.status === 'working'; poll++) {
        await pause(exportPolls.everyMs);
        const told = await send(session, { method: 'GET', url: `/me/exports/${state.id}`, route: '/me/exports/{id}' });
        sessionValues.push(...told.sessionValues);
        if (told.response.status !== 200) return { ...verdictOf(told.response), sessionValues };
        state = exportState.parse(told.response.json());
      }
      if (state.status !== 'ready')
        return { outcome: 'failed', detail: `the export is ${state.status}`, sessionValues };
      const file = await send(session, {
        method: 'GET',
        url: `/me/exports/${state.id}/content`,
        route: '/me/exports/{id}/content',
        expect: 'bytes',
      });
      return { ...verdictOf(file.response), sessionValues: [...sessionValues, ...file.sessionValues] };
    },
    async listen(session, { forMs }) {
      const { response, sessionValues } = await send(session, {
        method: 'GET',
        url: `/me/live?forMs=${forMs}`,
        route: '/me/live',
        streamsForMs: forMs,
        headers: eventHeaders(session),
      });
      if (response.status !== 200) return { ...verdictOf(response), sessionValues };
      return { outcome: 'ok', listedIds: takeEvents(session, response.text), sessionValues };
    },
    async 'read-inbox'(session) {
      const { inbox, email, password } = session.account;
      if (!inbox) return { outcome: 'failed', detail: 'enrolment told of no mailbox' };
      const authorization = `Basic ${base64(`${email}:${password}`)}`;
      const route = '/inboxes/{email}';
      return verdictOf(await session.http.request({ method: 'GET', url: inbox, route, headers: { authorization } }));
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
    async 'view-day'(session, { date, open }) {
      const url = `/clinician/day?date=${date}`;
      const { response, sessionValues } = await send(session, { method: 'GET', url, route: '/clinician/day' });
      if (response.status !== 200) return { ...verdictOf(response), sessionValues };
      const list = day.parse(response.json());
      const listedIds = takeList(session, { ...list, next: null });
      const opened = open === undefined ? undefined : list.consultations[open % list.consultations.length];
      if (opened === undefined) return { outcome: 'ok', listedIds, sessionValues };
      const route = '/clinician/consultations/{id}';
      const one = await send(session, { method: 'GET', url: `/clinician/consultations/${opened.id}`, route });
      // Between the list and this the patient may have cancelled it, or moved away.
      const isGone = one.response.status === 404;
      const outcome = isGone ? 'ok' : verdictOf(one.response).outcome;
      return { outcome, listedIds, sessionValues: [...sessionValues, ...one.sessionValues] };
    },
    'move-practice': (session, { to }) =>
      say(session, {
        method: 'PUT',
        url: '/me/practice',
        route: '/me/practice',
        body: { clinicianId: session.clinicianAccountOf(to).id },
      }),
    erase: (session) => say(session, { method: 'DELETE', url: '/me', route: '/me' }),
    'sign-out': (session) => say(session, { method: 'POST', url: '/auth/sign-out', route: '/auth/sign-out' }),
  },
  pages,
  enrolment,
  switches,
});
