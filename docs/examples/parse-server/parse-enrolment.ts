// How people are made and removed on Parse Server, with the master key. Node only.
import type { Enrolment, Http, HttpRequest, HttpResponse } from '../../../harness/targets/target.ts';
import { accessFor, application, fileOf, idOf, pointerTo } from './parse-talk.ts';

export const enrolment: Enrolment = {
  adminHeaders: (secret) => ({ 'x-parse-master-key': secret }),
  async enrol(admin, { email, password, surname, givenName }) {
    const body = { username: email, email, password, surname, givenName };
    const id = await make(admin, { method: 'POST', url: '/parse/users', route: '/parse/users', body });
    return { id, email, password };
  },
  async addConsultation(admin, { id: owner = '' }, { title, note, startsAt, modality, fileName }, media) {
    const create = (className: string, fields: Record<string, unknown>): Promise<string> => {
      const body = { ...fields, patient: pointerTo('_User', owner), ACL: accessFor(owner) };
      const url = `/parse/classes/${className}`;
      return make(admin, { method: 'POST', url, route: url, body });
    };
    const consultation = await create('Consultation', { title, note, startsAt, modality });
    if (media === null) return;
    const stored = await ask(admin, {
      method: 'POST',
      url: `/parse/files/${fileName}`,
      route: '/parse/files/{name}',
      headers: { 'content-type': 'video/webm' },
      body: media,
    });
    await create('Recording', { file: fileOf(stored), consultation: pointerTo('Consultation', consultation) });
  },
  async unenrol(admin, { id }) {
    await ask(admin, { method: 'DELETE', url: `/parse/users/${id}`, route: '/parse/users/{id}' }, 404);
  },
};

async function make(admin: Http, request: HttpRequest): Promise<string> {
  return idOf(await ask(admin, request)) ?? '';
}

async function ask(admin: Http, request: HttpRequest, alsoFine?: number): Promise<HttpResponse> {
  const response = await admin.request({ ...request, headers: { ...application, ...request.headers } });
  if (response.status < 300 || response.status === alsoFine) return response;
  throw new Error(`Parse Server answered ${request.route} with ${response.status}: ${response.text.slice(0, 200)}`);
}
