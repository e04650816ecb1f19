// The small pure parts that answers are made of: ranges, links, markup, routes, cookies.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { routeOf, splitTarget } from './http.ts';
import { createLinks, linkLifetimeMs } from './links.ts';
import { escapeHtml } from './pages/html.ts';
import { parseRange } from './recordings.ts';

test.each([
  ['bytes=0-3', { from: 0, to: 3 }],
  ['bytes=4-', { from: 4, to: 9 }],
  ['bytes=-3', { from: 7, to: 9 }],
  ['bytes=-99', { from: 0, to: 9 }],
  ['bytes=2-99', { from: 2, to: 9 }],
  ['bytes=10-', null],
  ['bytes=-0', null],
  ['bytes=3-1', undefined],
  ['bytes=-', undefined],
  ['bytes=a-b', undefined],
  ['bytes=0-1,3-4', undefined],
  ['lines=0-1', undefined],
  [undefined, undefined],
])('range %s of ten bytes', (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});

test('a link is good for its recording, its viewer and its time alone', () => {
  let nowMs = 1_000;
  const links = createLinks('secret', () => nowMs);
  const link = links.make('r1', 'v1', 'content');
  const query = new URLSearchParams(splitTarget(link).query);
  expect(links.check('r1', 'v1', 'content', query)).toBe('good');
  expect(links.check('r1', 'v2', 'content', query)).toBe('forged');
  expect(links.check('r2', 'v1', 'content', query)).toBe('forged');
  expect(links.check('r1', 'v1', 'thumbnail', query)).toBe('forged');
  expect(createLinks('other', () => nowMs).check('r1', 'v1', 'content', query)).toBe('forged');
  expect(links.check('r1', 'v1', 'content', new URLSearchParams())).toBe('forged');
  nowMs += linkLifetimeMs;
  expect(links.check('r1', 'v1', 'content', query)).toBe('expired');
});

test('no text becomes markup', () => {
  const markup = /[<>"']|&(?!(amp|lt|gt|quot|#39);)/;
  fc.assert(fc.property(fc.string(), (text) => !markup.test(escapeHtml(text))));
});

test('ids are taken out of a path, in their order', () => {
  const [a, b] = ['0'.repeat(36), '1'.repeat(36)];
  expect(routeOf(`/patients/${a}/consultations/${b}/recording`)).toEqual({
    route: '/patients/{id}/consultations/{id2}/recording',
    ids: [a, b],
  });
  expect(routeOf('/me/history')).toEqual({ route: '/me/history', ids: [] });
});
