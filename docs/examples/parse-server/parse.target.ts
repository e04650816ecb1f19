// The adapter of Parse Server, as a team that keeps a clinic's consultations on it would write it: users made with the master key,
// an access list on each object, recordings as Parse Files, sessions in a header of Parse's own.
import { z } from 'zod';
import { type ActionResult, defineTarget, type SessionContext } from '../../../harness/targets/target.ts';
import { enrolment } from './parse-enrolment.ts';
import {
  accessFor,
  fileOf,
  fileRoute,
  idOf,
  lend,
  listed,
  pointerTo,
  say,
  send,
  sessionHeader,
  verdictOf,
} from './parse-talk.ts';

const user = z.object({ objectId: z.string(), sessionToken: z.string().optional() });

export const target = defineTarget({
  name: 'parse-server',
  declares: {
    headers: { cacheStatus: 'x-cache-status' },
    signOutBoundMs: 0,
    withdrawalBoundMs: 0,
    erasureBoundMs: 0,
    recordingReadyBoundMs: 0,
    credentialHeaders: [sessionHeader],
    capabilityUrls: [{ route: fileRoute }],
  },
  actions: {
    async 'sign-in'(session) {
      const { email: username, password } = session.account;
      session.memory.delete('token');
      const body = { username, password };
      const response = await send(session, { method: 'POST', url: '/parse/login', route: '/parse/login', body });
      if (response.status !== 200) return verdictOf(response);
      const { sessionToken = '' } = user.parse(response.json());
      session.memory.set('token', sessionToken);
      return { outcome: 'ok', sessionValues: [sessionToken] };
    },
    async 'who-am-i'(session) {
      const response = await send(session, { method: 'GET', url: '/parse/users/me', route: '/parse/users/me' });
      if (response.status !== 200) return verdictOf(response);
      // Parse shows the session's token here once more.
      const { sessionToken } = user.parse(response.json());
      return { outcome: 'ok', sessionValues: sessionToken === undefined ? [] : [sessionToken] };
    },
    async book(session, { item, modality }) {
      const { title, note, startsAt } = session.consultation(item);
      const response = await create(session, 'Consultation', { title, note, startsAt, modality });
      const id = idOf(response);
      if (id === null) return verdictOf(response);
      session.memory.set(`consultation ${item}`, id);
      return { outcome: 'ok', createdIds: [id] };
    },
    'view-consultation': (session, { item }) =>
      onConsultation(session, item, async (request, id) => {
        const seen = await say(session, { ...request, method: 'GET' });
        return seen.outcome === 'ok' ? { ...seen, listedIds: [id] } : seen;
      }),
    cancel: (session, { item }) =>
      onConsultation(session, item, (request) => say(session, { ...request, method: 'DELETE' })),
    attend: (session, { item }) =>
      onConsultation(session, item, (request) => say(session, { ...request, method: 'PUT', body: { attended: true } })),
    'switch-call': (session, { item }) => onConsultation(session, item, (_request, id) => record(session, item, 0, id)),
    'end-call': (session, { item }) => onConsultation(session, item, (_request, id) => record(session, item, 1, id)),
    async 'view-history'(session, { of }) {
      const owner = of === undefined ? undefined : session.accountOf(of).id;
      const consultations = await listed(session, 'Consultation', owner);
      if (consultations.response.status !== 200) return verdictOf(consultations.response);
      const recordings = await listed(session, 'Recording', owner);
      if (recordings.response.status !== 200) return verdictOf(recordings.response);
      session.playable = recordings.files;
      return { outcome: 'ok', listedIds: [...consultations.ids, ...recordings.ids], complete: owner === undefined };
    },
    async watch(session, { pick }) {
      const url = session.playable[pick % session.playable.length];
      return url === undefined ? { outcome: 'failed', detail: 'nothing to play' } : play(session, url);
    },
    'follow-link': async (session) => play(session, session.postedLink ?? ''),
    share: (session, { with: proxy }) =>
      lend(session, accessFor(session.account.id ?? '', session.accountOf(proxy).id ?? '')),
    withdraw: (session) => lend(session, accessFor(session.account.id ?? '')),
    // What else goes with the user, `cloud.cjs` sees to.
    erase: (session) =>
      say(session, { method: 'DELETE', url: `/parse/users/${session.account.id}`, route: '/parse/users/{id}' }),
    'sign-out': (session) => say(session, { method: 'POST', url: '/parse/logout', route: '/parse/logout' }),
  },
  enrolment,
});

/** A file's address is all that it takes: no header of Parse's is sent. */
async function play(session: SessionContext, url: string): Promise<ActionResult> {
  return verdictOf(await session.http.request({ method: 'GET', url, route: fileRoute, expect: 'bytes' }));
}

function create(session: SessionContext, className: string, fields: Record<string, unknown>) {
  const id = session.account.id ?? '';
  const body = { ...fields, patient: pointerTo('_User', id), ACL: accessFor(id) };
  const url = `/parse/classes/${className}`;
  return send(session, { method: 'POST', url, route: url, body });
}

async function record(
  session: SessionContext,
  item: number,
  segment: 0 | 1,
  consultation: string,
): Promise<ActionResult> {
  const stored = await send(session, {
    method: 'POST',
    url: `/parse/files/${session.consultation(item).fileName}`,
    route: '/parse/files/{name}',
    headers: { 'content-type': 'video/webm' },
    body: await session.recording(item, segment),
  });
  if (stored.status !== 201) return verdictOf(stored);
  const fields = { file: fileOf(stored), consultation: pointerTo('Consultation', consultation) };
  return verdictOf(await create(session, 'Recording', fields));
}

type Acting = (request: { readonly url: string; readonly route: string }, id: string) => Promise<ActionResult>;

async function onConsultation(session: SessionContext, item: number, act: Acting): Promise<ActionResult> {
  const id = session.memory.get(`consultation ${item}`);
  if (id === undefined) return { outcome: 'failed', detail: `consultation ${item} was not booked in this session` };
  return act({ url: `/parse/classes/Consultation/${id}`, route: '/parse/classes/Consultation/{id}' }, id);
}
