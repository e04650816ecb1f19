import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCanary } from '../fixtures/canary.ts';
import { fingerprintOf, routeTemplateOf } from './fingerprint.ts';

const finding = { rule: 'foreign-listing', route: 'GET /me/history', first: {} } as const;

describe('a fingerprint', () => {
  it('is what it was in the last release: every open alert hangs on it', () => {
    expect(fingerprintOf(finding)).toBe('999e2b73738ddf0b18fc3db48dd4e741');
  });

  it('differs by rule, route and channel, and by nothing else', () => {
    const all = [
      finding,
      { ...finding, rule: 'afterlife' as const },
      { ...finding, route: 'POST /me/history' },
      { ...finding, first: { channel: 'pixels' as const } },
    ];
    expect(new Set(all.map(fingerprintOf)).size).toBe(4);
    const bySomebodyElse = { ...finding, count: 9, first: { channel: undefined, viewer: 3, owner: 5, node: 'app-2' } };
    expect(fingerprintOf(bySomebodyElse as never)).toBe(fingerprintOf(finding));
  });

  it.each([
    ['a number', '/patients/4711/visits', '/patients/{}/visits'],
    ['a UUID', '/files/6f0c1d9e-4a52-4c1b-9d3e-0123456789ab', '/files/{}'],
    ['a long id', '/files/5f0c1d9e4a524c1b9d3e0123', '/files/{}'],
    ['an address', '/mail/ann%40clinic.example/in', '/mail/{}/in'],
    ['a query', '/me/history?patient=3#top', '/me/history'],
  ])('leaves %s out that a careless adapter left in a route', (_, route, template) => {
    expect(routeTemplateOf(`GET ${route}`)).toBe(`GET ${template}`);
  });

  it('leaves templates, words and versions of an API alone', () => {
    for (const route of [
      'GET /v2/recordings/{id}/content',
      'page of /me/rewatch',
      'view-history',
      '(other routes)',
      'GET /deadbeef',
    ])
      expect(routeTemplateOf(route)).toBe(route);
  });

  it('never tells one person from another by a canary in the route', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (owner) => {
        const token = encodeCanary({ run: 7, owner: owner as never, kind: 'surname', item: 0 });
        expect(routeTemplateOf(`GET /people/${token}/visits`)).toBe('GET /people/{}/visits');
      }),
    );
  });
});
