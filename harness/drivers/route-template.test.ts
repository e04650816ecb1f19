import { expect, it } from 'vitest';
import { routeTemplate } from './route-template.ts';

it.each([
  ['/me/history', '/me/history'],
  ['/me/consultations/7b9c1f6e-98b1-4e1d-8f53-0a6a2f1c9f10/visit', '/me/consultations/{id}/visit'],
  ['/patients/42/history', '/patients/{id}/history'],
  ['/v/0123456789abcdef0123', '/v/{id}'],
  ['/service-worker.js', '/service-worker.js'],
])('%s is %s', (pathname, template) => {
  expect(routeTemplate(pathname)).toBe(template);
});
