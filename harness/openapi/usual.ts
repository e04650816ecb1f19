// What many systems of this kind are like: what `crosstalk init` writes from where no document tells. Every address in it is a guess, and
// is marked as one.
import type { OpenApiRoot } from './source.ts';

const text = { type: 'string' };
const object = (...names: readonly string[]) => ({
  type: 'object',
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, text])),
});
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const video = { content: { 'video/*': { schema: text } } };
const done = { responses: { 204: {} } };
const visit = { type: 'object', properties: { id: text, videoUrl: text } };

export const logins = ['json', 'form', 'bearer', 'none'] as const;
export type Login = (typeof logins)[number];

/** Who makes the people: an administrator, or they sign up by themselves. */
export const makers = ['administrator', 'patients'] as const;
export type Maker = (typeof makers)[number];

const made = { responses: { 201: json(object('id')) } };
const signsUp = { post: { requestBody: json(object('email', 'password', 'givenName', 'surname')), ...made } };
const adds = { post: { requestBody: json(object('title', 'note', 'startsAt')), ...made } };
const uploads = { put: { requestBody: video, responses: { 204: {} } } };

const byAdministrator = {
  '/admin/patients': signsUp,
  '/admin/patients/{patientId}': { delete: done },
  '/admin/patients/{patientId}/visits': adds,
  '/admin/patients/{patientId}/visits/{visitId}/video': uploads,
};

const byPatients = {
  '/signup': signsUp,
  '/api/visits/{visitId}/video': uploads,
};

export const usualApi = (login: Login, by: Maker): OpenApiRoot => ({
  openapi: '3.1.0',
  info: { title: '', version: '' },
  paths: {
    '/login': {
      post: {
        requestBody: json(object('email', 'password')),
        responses: { 200: login === 'bearer' ? json(object('token')) : {} },
      },
    },
    '/logout': { post: done },
    '/api/me': {
      get: { responses: { 200: json(object('name', 'email')) } },
      ...(by === 'patients' && { delete: { operationId: 'eraseMe', ...done } }),
    },
    '/api/visits': {
      get: { responses: { 200: json({ type: 'array', items: visit }) } },
      ...(by === 'patients' && adds),
    },
    '/api/videos/{videoId}/content': { get: { responses: { 200: video } } },
    ...(by === 'patients' ? byPatients : byAdministrator),
  },
});
