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

export const usualApi = (login: Login): OpenApiRoot => ({
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
    '/api/me': { get: { responses: { 200: json(object('name', 'email')) } } },
    '/api/visits': { get: { responses: { 200: json({ type: 'array', items: visit }) } } },
    '/api/videos/{videoId}/content': { get: { responses: { 200: video } } },
    '/admin/patients': {
      post: {
        requestBody: json(object('email', 'password', 'givenName', 'surname')),
        responses: { 201: json(object('id')) },
      },
    },
    '/admin/patients/{patientId}': { delete: done },
    '/admin/patients/{patientId}/visits': {
      post: { requestBody: json(object('title', 'note', 'startsAt')), responses: { 201: json(object('id')) } },
    },
    '/admin/patients/{patientId}/visits/{visitId}/video': { put: { requestBody: video, responses: { 204: {} } } },
  },
});
